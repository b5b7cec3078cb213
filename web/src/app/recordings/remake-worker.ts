import type { Program } from '@nes/program/model.ts';
import { CLOSE_HZ } from '../../audio/analysis/close.ts';
import { type Bands, bandWatcher } from '../../audio/analysis/comparison.ts';
import { WholeSpectrum } from '../../audio/analysis/whole-spectrum.ts';
import { frameCount, renderPieces } from '../../audio/render-file.ts';
import { frameBytes, SampleWriter, wavHeader } from '../../audio/wav.ts';

/** The first seconds of a program that was made of a recording, at the recording's rate. */
export interface RemakeJob {
  program: Program;
  sampleRate: number;
  seconds: number;
}

/** A WAV file of it and its levels; null where it could not be made. */
export type RemakeReport = { file: Blob; bands: Bands } | null;

function made({ program, sampleRate, seconds }: RemakeJob): RemakeReport {
  const options = { sampleRate, fromSeconds: 0, toSeconds: Math.min(seconds, program.durationSeconds) };
  const { bands, watch } = bandWatcher(seconds);
  const whole = new WholeSpectrum(sampleRate, CLOSE_HZ, watch);
  const writer = new SampleWriter('16', program.seed);
  const parts: BlobPart[] = [wavHeader(frameCount(program, options), sampleRate, '16')];
  for (const { left, right } of renderPieces(program, options)) {
    whole.push(left, right);
    const bytes = new Uint8Array(frameBytes(left.length, '16'));
    writer.write(left, right, left.length, bytes);
    parts.push(bytes);
  }
  whole.finish();
  return { file: new Blob(parts, { type: 'audio/wav' }), bands };
}

const worker = self as unknown as { postMessage(report: RemakeReport): void };
self.addEventListener('message', ({ data }: MessageEvent<RemakeJob>) => {
  let report: RemakeReport = null;
  try {
    report = made(data);
  } finally {
    worker.postMessage(report);
  }
});
