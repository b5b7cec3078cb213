/**
 * `npm run inspect -- FILE --at 0,30.5` prints, as one JSON object, what a .json, .sbg or .gnaural program does at those
 * seconds (counted over all passes). `level` is linear and before `gain`; `phaseCycles` is the beat's phase in cycles
 * since second 0. Exit code 2: wrong use; 1: the file cannot be read.
 */
import { playedPhaseAt } from '../web/src/program/phase.ts';
import { passAt, totalSeconds, valueAt } from '../web/src/program/values.ts';
import { readFlags, readProgram, runCommand, UseError } from './program-command.ts';

const USE = 'npm run inspect -- FILE --at 0,30.5';

function read(): { input: string; times: number[] } {
  const { values, files } = readFlags(['at']);
  const [input, ...rest] = files;
  if (!input || rest.length > 0) throw new UseError(`expected one name, got ${files.length}`);
  const times = (values.at ?? '0').split(',').map((text) => {
    const time = Number(text);
    if (text.trim() === '' || !Number.isFinite(time) || time < 0) {
      throw new UseError(`--at has "${text}"; expected seconds from 0, separated by commas`);
    }
    return time;
  });
  return { input, times };
}

async function main(): Promise<void> {
  const { input, times } = read();
  const { title, program, startClockSeconds, notes } = await readProgram(input);
  const total = totalSeconds(program);
  const outside = times.find((seconds) => seconds > total);
  if (outside !== undefined) throw new UseError(`--at has ${outside}; the program ends at ${total} s`);
  const at = times.map((seconds) => ({
    seconds,
    voices: program.voices.map((voice) => {
      const values = valueAt(voice, passAt(program, seconds).seconds);
      return {
        name: voice.name,
        kind: voice.kind,
        carrierHz: values.carrier,
        beatHz: values.beat,
        level: values.level,
        pan: values.pan,
        phaseCycles: playedPhaseAt(program, voice, seconds).beatCycles,
      };
    }),
  }));
  const { durationSeconds, loop, gain } = program;
  const report = { title, durationSeconds, loop, gain, startClockSeconds, notes, at };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
}

await runCommand(USE, main);
