/**
 * `npm run analyse -- FILE` prints, as one JSON object, which tones and beats a WAV, FLAC, MP3, AAC, Ogg Vorbis or Opus file holds
 * (docs/RECORDINGS.md). Exit code 2: wrong use; 1: the file cannot be read.
 */
import { Worker } from 'node:worker_threads';
import { Analyser } from '../web/src/audio/analysis/analyser.ts';
import { CloseBeside } from '../web/src/audio/analysis/close-beside.ts';
import { jsonForm } from '../web/src/audio/analysis/json-form.ts';
import type { Analysis } from '../web/src/audio/analysis/report.ts';
import { describe, readLabel } from '../web/src/audio/analysis/sentence.ts';
import { readFlags, runCommand, UseError } from './program-command.ts';
import { openRecording } from './recording-file.ts';

const USE = 'npm run analyse -- FILE';

/** A second thread for the half of the work that asks for no samples at their own rate. */
function closeThread() {
  const worker = new Worker(new URL('./close-thread.ts', import.meta.url), {
    // Garbage of the young generation may stand no longer than that: 48 MB by default.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  return {
    close: (rate: number, mono: boolean) => {
      const look = new CloseBeside((order, handedOver) => worker.postMessage(order, handedOver), rate, mono);
      worker.on('message', (reply) => look.hear(reply));
      worker.on('error', (error) => look.fail(error));
      worker.on('exit', () => look.fail(new Error('the second thread has ended')));
      return look;
    },
    end: () => worker.terminate(),
  };
}

async function main(): Promise<void> {
  const { files } = readFlags([]);
  const [name, ...rest] = files;
  if (!name || rest.length > 0) throw new UseError(`expected one name, got ${files.length}`);
  try {
    const recording = await openRecording(name);
    const { close, end } = closeThread();
    let analysis: Analysis;
    try {
      const analyser = new Analyser(recording.sampleRate, recording.channels, { close });
      for await (const { left, right } of recording.pieces()) await analyser.push(left, right);
      analysis = await analyser.finish();
    } finally {
      await end();
    }
    if (analysis.seconds === 0) throw new Error('no sound could be decoded');
    process.stdout.write(
      `${JSON.stringify(jsonForm(analysis, describe(analysis, readLabel(recording.labels))), null, 2)}\n`,
    );
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

await runCommand(USE, main);
