/**
 * `npm run inspect -- FILE [FILE…] --at 0,30.5` prints, as one JSON object, what a program (JSON, SBaGen, SynapSeq, Gnaural; several
 * files are parts of one) does at those
 * seconds (counted over all passes). `level` is linear and before `gain`; `phaseCycles` is the beat's phase in cycles
 * since second 0. Exit code 2: wrong use; 1: the file cannot be read.
 */
import { playedPhaseAt } from '@nes/program/phase.ts';
import { passAt, totalSeconds, valueAt } from '@nes/program/values.ts';
import { readFlags, readProgram, runCommand, UseError } from './program-command.ts';

const USE = 'npm run inspect -- FILE [FILE…] --at 0,30.5';

function read(): { inputs: string[]; times: number[] } {
  const { values, files } = readFlags(['at']);
  if (files.length === 0) throw new UseError('expected one name, got 0');
  const times = (values.at ?? '0').split(',').map((text) => {
    const time = Number(text);
    if (text.trim() === '' || !Number.isFinite(time) || time < 0) {
      throw new UseError(`--at has "${text}"; expected seconds from 0, separated by commas`);
    }
    return time;
  });
  return { inputs: files, times };
}

async function main(): Promise<void> {
  const { inputs, times } = read();
  const { title, program, startClockSeconds, notes } = await readProgram(inputs);
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
