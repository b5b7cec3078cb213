import { checkProgram } from '@nes/program/check.ts';
import type { Program } from '@nes/program/model.ts';

/** Beside the module lie the built-in protocols. */
const home = import.meta.url;

/** What a trial names: a program, or the slug of a built-in protocol. */
export interface Named {
  program?: unknown;
  protocol?: string | null;
}

/** @throws for neither, for a protocol that is not there, and for a program that is none, with the place that is wrong */
export async function programOf({ program, protocol }: Named): Promise<Program> {
  if (program) return checkProgram(program);
  if (!protocol) throw new Error('nes: the trial has neither "program" nor "protocol"');
  const address = new URL(`library/${encodeURIComponent(protocol)}.json`, home);
  const response = await fetch(address);
  if (!response.ok)
    throw new Error(`nes: there is no built-in protocol "${protocol}" (${address.href}: ${response.status})`);
  const { title: _, ...file } = (await response.json()) as Record<string, unknown>;
  return checkProgram(file);
}

/** What is left of a program from a second on, in all its passes. */
export function secondsLeft({ durationSeconds, loop }: Program, fromSeconds: number): number {
  return Math.max(0, durationSeconds * (loop === 0 ? Number.POSITIVE_INFINITY : loop) - fromSeconds);
}
