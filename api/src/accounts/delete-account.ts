import type { Context, Viewer } from '../graphql/context.ts';
import { userError } from '../graphql/errors.ts';
import { forgetAuthor } from '../protocols/forget-author.ts';
import { confirmPassword } from './change-password.ts';
import { closeDevices } from './devices.ts';

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
      const sessions = await closeDevices(tx, { userId: viewer.userId }, context.clock.now());
      await forgetAuthor(tx, viewer.userId);
      await tx.user.deleteMany({ where: { id: viewer.userId } });
      return sessions;
    },
    { timeout: 30_000 },
  );
  await context.accounts.announceEnded(ended);
}
