import type { Exported } from '@nes/program/export/course.ts';
import { readProgramFiles } from '@nes/program/file.ts';
import type { ProgramFile } from '@nes/program/model.ts';

export type TextFormat = 'json' | 'sbg' | 'gnaural';

/** One file, or the parts of one sequence. */
export async function readFiles(files: readonly File[]): Promise<ProgramFile> {
  return readProgramFiles(
    await Promise.all(
      files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
    ),
  );
}

export async function exported(format: TextFormat, file: ProgramFile): Promise<Exported> {
  switch (format) {
    case 'json':
      return (await import('@nes/program/export/json.ts')).exportJson(file);
    case 'sbg':
      return (await import('@nes/program/export/sbg.ts')).exportSbg(file);
    case 'gnaural':
      return (await import('@nes/program/export/gnaural.ts')).exportGnaural(file);
  }
}

/** A name for a file, of letters, digits and hyphens. */
export function fileName(title: string): string {
  const plain = title
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain || 'program';
}
