/**
 * The deliberately unsafe scene, for tests and measurements only: the product's list of scenes does not name it. The
 * whole field goes from black to white and through saturated red with the beat, and half of it in fine stripes.
 */
import { backdrop } from '../backdrop.ts';
import { Cue } from '../cue.ts';
import { assemble, eye, newEye } from '../figure.ts';
import type { Scene } from '../scene.ts';

const glare = `
vec3 light(vec2 p) {
  float on = step(turn, 0.5);
  vec3 c = mix(vec3(0.0), p.y > 0.0 ? vec3(1.0) : vec3(1.0, 0.0, 0.0), on);
  return c * 4.0;
}`;

export function create(): Scene {
  const cue = new Cue();
  const camera = newEye();
  return assemble(cue, camera, backdrop(cue, glare), [], (input, aspect) => eye(camera, input, aspect, 0));
}
