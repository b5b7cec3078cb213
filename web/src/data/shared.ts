import type { Program, ProgramFile } from '@nes/program/model.ts';
import { apiAddress, apiNamed } from './address.ts';
import { ask, tell } from './client.ts';
import { SharedProgramDocument, ShareProgramDocument } from './generated/shared.ts';
import { besideApi } from './library.ts';

/**
 * Keeps a program on the server behind a short code, without an account.
 * @returns the code and when it ends; null where no server is there, or it does not keep this program: the long link holds it
 */
export async function shortCode({ title, program }: ProgramFile): Promise<{ code: string; expiresAt: string } | null> {
  if (apiAddress() === null || !(apiNamed || besideApi())) return null;
  try {
    const { shareProgram } = await tell(ShareProgramDocument, { input: { title, program } });
    const { shared } = shareProgram;
    return shared ? { code: shared.code, expiresAt: shared.expiresAt } : null;
  } catch {
    return null;
  }
}

/** The program behind a short code; null where there is none any more. Rejects where the server cannot be reached. */
export async function programBehind(code: string): Promise<ProgramFile | null> {
  const { sharedProgram } = await ask(SharedProgramDocument, { code });
  if (!sharedProgram) return null;
  return { title: sharedProgram.title, program: sharedProgram.program as Program, startClockSeconds: null, notes: [] };
}
