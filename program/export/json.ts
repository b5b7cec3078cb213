import type { ProgramFile } from '../model.ts';
import type { Exported } from './course.ts';

/** The `$id` of the published schema, `program.schema.json`. */
export const PROGRAM_SCHEMA_ID = 'urn:neural-entrainment-system:program:1';

/** Writes a program in its own format, which holds all of it. A keyframe takes one line. */
export function exportJson({ title, program, startClockSeconds }: ProgramFile): Exported {
  const clock = program.startClockSeconds ?? startClockSeconds;
  const document = { $schema: PROGRAM_SCHEMA_ID, title, startClockSeconds: clock, ...program };
  const text = JSON.stringify(document, null, 2).replace(/\{\s+"at": [^{}]*?\s+\}/g, (frame) =>
    frame.replace(/\s+/g, ' '),
  );
  return { text: `${text}\n`, notes: [] };
}
