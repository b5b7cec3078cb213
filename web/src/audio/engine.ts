import type { Program } from '@nes/program/model.ts';
import { KIT } from './kit.ts';
import { makeRenderer, type Renderer, type RenderOptions } from './renderer.ts';
import { makeScore } from './score.ts';

/**
 * A renderer of one program: the only DSP core, run by worklet, worker, Node and tests alike. Nothing is allocated while
 * it renders. The sound is a function of program, seed and place (a reverb's tail also of where rendering began), so a
 * seek is exact, and the same seed and start give the same bytes.
 */
export function createRenderer(program: Program, sampleRate: number, options: RenderOptions = {}): Renderer {
  return makeRenderer(makeScore(program, options), sampleRate, options, KIT);
}
