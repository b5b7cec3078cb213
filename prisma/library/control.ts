import type { Voice } from '../../web/src/program/model.ts';
import type { LibraryEntry } from './library.ts';

/** A voice with the same course, carriers and levels, and nothing in it that beats. */
function withoutBeat(voice: Voice): Voice {
  switch (voice.kind) {
    case 'BINAURAL':
    case 'MONAURAL':
      return { ...voice, keyframes: voice.keyframes.map((keyframe) => ({ ...keyframe, beat: 0 })) };
    case 'ISOCHRONIC':
      // Alternating pulses at beat 0 would stay in one ear, so the plain tone goes to both.
      return {
        ...voice,
        depth: 0,
        alternating: false,
        keyframes: voice.keyframes.map((keyframe) => ({ ...keyframe, beat: 0 })),
      };
    case 'NOISE':
      // The carrier of a spinning noise is the width of its spin; without the spin it has none.
      return {
        ...voice,
        modulationDepth: 0,
        spin: false,
        keyframes: voice.keyframes.map((keyframe) => ({
          ...keyframe,
          beat: 0,
          carrier: voice.spin ? 0 : keyframe.carrier,
        })),
      };
    case 'BELL':
    case 'DROPS':
    case 'SAMPLE':
      return structuredClone(voice);
  }
}

/** Whether any sound of the entry beats: a tone with a beat, or a noise modulated or spun at one. */
export function hasBeat(entry: LibraryEntry): boolean {
  return entry.program.voices.some((voice) => {
    switch (voice.kind) {
      case 'BINAURAL':
      case 'MONAURAL':
        return voice.keyframes.some((keyframe) => keyframe.beat !== 0);
      case 'ISOCHRONIC':
        return voice.depth > 0 && voice.keyframes.some((keyframe) => keyframe.beat !== 0);
      case 'NOISE':
        return (voice.modulationDepth > 0 || voice.spin) && voice.keyframes.some((keyframe) => keyframe.beat !== 0);
      default:
        return false;
    }
  });
}

/**
 * The no-beat control of a beating entry: same carriers, levels, noise, bells, durations and phases, beat 0.
 * Its slug is `<slug>-control`. `speakersOk` stays as it is, so that both are heard under the same conditions.
 * @throws when the entry has no beat, because a control of it would be the same program.
 */
export function controlTwin(entry: LibraryEntry): LibraryEntry {
  if (!hasBeat(entry)) throw new Error(`${entry.slug}: has no beat, so it has no control twin`);
  return {
    slug: `${entry.slug}-control`,
    version: entry.version,
    title: `${entry.title} (no beat)`,
    category: 'CONTROL',
    summary: `The sound of “${entry.title}” without its beat, to compare with.`,
    description:
      `This is the control of “${entry.title}”. It has the same carriers, levels, noise and chapters, but nothing in ` +
      'it beats: a tone is the same in both ears, pulses are a steady tone, and noise is not modulated.\n\n' +
      'Play it on some days instead of the original, rate both, and compare. A difference that is also there ' +
      'with the control does not come from the beat.',
    evidence: 'CONTROL',
    whatIsKnown:
      'A control shows what rest, expectation and a pleasant sound do by themselves. ' +
      'Any change that the original brings over and above this one may come from the beat; anything else does not.',
    sources: [],
    tags: [...entry.tags.filter((tag) => tag !== 'classic'), 'no beat'],
    speakersOk: entry.speakersOk,
    controlOf: entry.slug,
    program: {
      ...entry.program,
      phases: entry.program.phases.map((phase) => ({
        ...phase,
        description: 'The same chapter as in the original, without a beat.',
      })),
      voices: entry.program.voices.map(withoutBeat),
    },
  };
}
