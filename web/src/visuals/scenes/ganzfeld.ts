/** Ganzfeld: nothing but even light, as in a room without edges; its colour moves too slowly to catch. */
import { backdrop } from '../backdrop.ts';
import { Cue } from '../cue.ts';
import { assemble, eye, newEye } from '../figure.ts';
import type { Scene } from '../scene.ts';

const field = `
vec3 light(vec2 p) {
  // A window of light without a border: a rounded square so soft that the eye finds no edge.
  vec2 q = p * vec2(0.72, 0.9);
  float r = pow(pow(abs(q.x), 3.0) + pow(abs(q.y), 3.0), 1.0 / 3.0);
  float slow = sin(time * 0.05), slower = sin(time * 0.031 + 1.0);
  float inside = 1.0 - smoothstep(0.05, 1.05 + 0.1 * slow, r + 0.03 * beat);
  vec3 rim = mix(hueC, hueB, 0.5 + 0.5 * sin(p.x * 0.7 + p.y * 0.5 + time * 0.04));
  vec3 heart = mix(hueA, hueB, 0.3 + 0.3 * slower + 0.25 * beat);
  vec3 c = mix(rim * 0.16, heart * 0.46, inside);
  c += heart * 0.07 * exp(-r * r * 5.0) * (1.0 + beat);
  return c * (0.25 + 0.75 * level);
}`;

export function create(): Scene {
  const cue = new Cue();
  const camera = newEye();
  return assemble(cue, camera, backdrop(cue, field), [], (input, aspect) => eye(camera, input, aspect, 0));
}
