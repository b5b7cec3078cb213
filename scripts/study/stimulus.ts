/** Sounds of a BIDS data set, with a sidecar that says everything about each (web/src/audio/manifest.ts). */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Program } from '@nes/program/model.ts';
import { readLibrary } from '../../prisma/library/library.ts';
import { manifestOf, type Rendering } from '../../web/src/audio/manifest.ts';
import { frameCount, stretch, wavPieces } from '../../web/src/audio/render-file.ts';
import type { WavFormat } from '../../web/src/audio/wav.ts';
import { readProgram } from '../program-command.ts';

/** A program that is to be rendered, with a name for BIDS: letters and digits only. */
export interface Stimulus {
  title: string;
  label: string;
  program: Program;
}

/** A program by its slug in the library, else from a file. @throws when there is neither, or no program in the file */
export async function findStimulus(name: string): Promise<Stimulus> {
  const label = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '') || 'program';
  const builtIn = readLibrary().find(({ slug }) => slug === name);
  if (builtIn) return { title: builtIn.title, label: label(builtIn.slug), program: builtIn.program };
  if (!existsSync(name)) throw new Error(`${name}: neither a built-in protocol nor a file`);
  const { title, program } = await readProgram([name]);
  return { title, label: label(title), program };
}

/** Writes `stimuli/stim-LABEL_audio.wav` and its sidecar into a data set's folder; half a file is taken away again. */
export async function writeStimulus(
  folder: string,
  label: string,
  title: string,
  program: Program,
  sampleRate: number,
  format: WavFormat,
): Promise<{ sound: string; rendering: Rendering }> {
  const options = { ...stretch(program), sampleRate };
  const stimuli = join(folder, 'stimuli');
  await mkdir(stimuli, { recursive: true });
  const sound = join(stimuli, `stim-${label}_audio.wav`);
  const hash = createHash('sha256');
  const file = await open(sound, 'w');
  try {
    for (const piece of wavPieces(program, options, format)) {
      hash.update(piece);
      await file.write(piece);
    }
    await file.close();
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(sound, { force: true });
    throw error;
  }
  const manifest = manifestOf(title, program, {
    sampleRateHz: sampleRate,
    format,
    frames: frameCount(program, options),
    sha256: hash.digest('hex'),
  });
  await writeFile(join(stimuli, `stim-${label}_audio.json`), `${JSON.stringify(manifest, null, 2)}\n`);
  return { sound, rendering: manifest.rendering };
}
