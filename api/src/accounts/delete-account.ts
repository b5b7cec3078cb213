import { userChannel } from '../platform/bus-keys.ts';
import { forgetAuthor } from '../protocols/forget-author.ts';
import type { Context } from '../schema/context.ts';
import { userError } from '../schema/errors.ts';
import type { Viewer } from '../schema/viewer.ts';
import { confirmPassword } from './change-password.ts';
import { endSecrets } from './secrets.ts';

/**
 * Deletes the person and everything that is theirs, for good. What others played of their protocols stays with those people,
 * without author and texts. An account is asked for its password; a guest has none.
 */
export async function deleteAccount(context: Context, viewer: Viewer, password: string | null): Promise<void> {
  if (!viewer.isGuest) {
    if (password === null) throw userError('INVALID', 'password', 'The password must be given.');
    await confirmPassword(context, viewer, password, 'password');
  }
  const ended = await context.database.$transaction(
    async (tx) => {
      const now = context.clock.now();
      const sessions = await endSecrets(tx, 'DELETED', { userId: viewer.userId, device: null, now });
      await forgetAuthor(tx, viewer.userId);
      await tx.user.deleteMany({ where: { id: viewer.userId } });
      return sessions;
    },
    { timeout: 30_000 },
  );
  await context.accounts.announceEnded(ended);
  await context.bus.delete(userChannel(viewer.userId));
}
