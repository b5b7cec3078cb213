import { msg } from '@lit/localize';
import type { ProgramFile } from '@nes/program/model.ts';
import { shareFragment } from '@nes/program/share.ts';
import { shortCode } from '../../data/shared.ts';
import { to } from '../router.ts';
import { openShare } from './share-dialog.ts';

/**
 * Offers a link to a page where a program can be heard: a short one where a server keeps it, else one that holds the whole program.
 * @throws {ShareError} for a program that is too large for either
 */
export async function shareProgram(file: ProgramFile): Promise<void> {
  const title = file.title.trim() || msg('Untitled');
  const program =
    file.startClockSeconds === null ? file.program : { ...file.program, startClockSeconds: file.startClockSeconds };
  const short = await shortCode({ ...file, title: title.slice(0, 120), program });
  const path = short ? `l/${short.code}` : `listen${await shareFragment({ ...file, title, program })}`;
  openShare({
    title,
    url: new URL(to(path), location.origin).href,
    expiresAt: short?.expiresAt ?? null,
    note: short
      ? msg('Whoever has the link can hear the program. It is not kept who made it.')
      : msg('The whole program is in the link; nothing of it is kept on a server.'),
  });
}
