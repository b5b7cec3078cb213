/** Tunnel: a slow way inward through rings of light, two walls that turn against each other. */
import { backdrop } from '../backdrop.ts';
import { Cue } from '../cue.ts';
import { assemble, eye, newEye } from '../figure.ts';
import type { Scene } from '../scene.ts';

const walls = `
float line(float x, float sharp) { float d = abs(fract(x) - 0.5) * 2.0; return exp(-d * d * sharp); }
vec3 light(vec2 p) {
  p -= vec2(0.16 * sin(time * 0.13), 0.1 * sin(time * 0.171)) * (1.0 - smoothstep(0.0, 1.6, length(p)));
  float r = length(p) + 1e-4;
  float a = atan(p.y, p.x) / TAU;
  float deepness = -log(r);
  // Far rings lie close together: thin them out and let them sink into the haze.
  float sink = exp(-max(deepness, -1.0) * 0.62);
  float near = smoothstep(0.02, 0.75, r);
  float v = deepness * 1.7 + time * 0.1 + 0.055 * beat;
  float u = a * 12.0 + 0.25 * sin(time * 0.05 + deepness * 0.8) * 2.0;
  float ring = floor(v);
  float tone = 0.5 + 0.5 * sin(ring * 1.9);
  float ribs = line(v, 46.0 * (0.35 + 0.65 * near));
  float bars = line(u, 60.0) * (0.35 + 0.65 * line(v + 0.5, 3.0));
  float lit = 0.45 + 0.55 * sin(ring * 2.4 + a * TAU * 2.0 + time * 0.21);
  float v2 = deepness * 0.85 + time * 0.052 - 0.03 * beat;
  float glowRing = line(v2, 5.0);
  float smoke = noise(vec2(a * 9.0 + 4.0 * sin(a * TAU), deepness * 2.2 + time * 0.16));
  vec3 c = deep * (0.3 + 0.9 * smoke * sink);
  c += mix(hueA, hueB, tone) * ribs * (0.1 + 0.5 * lit * lit) * near * sink;
  c += mix(hueC, hueA, near) * bars * 0.13 * near * sink;
  c += mix(hueC, hueB, smoke) * glowRing * (0.035 + 0.05 * smoke) * sink;
  c += hueA * 0.22 * exp(-r * 6.5) + mix(hueA, hueC, 0.5) * 0.05 * exp(-r * 2.2);
  return c * (0.35 + 0.65 * level);
}`;

export function create(): Scene {
  const cue = new Cue();
  const camera = newEye();
  return assemble(cue, camera, backdrop(cue, walls), [], (input, aspect) => eye(camera, input, aspect, 0));
}
