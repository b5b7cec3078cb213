/** Aurora: three curtains over a dark ridge and still water, under stars. */
import { backdrop } from '../backdrop.ts';
import { Cue } from '../cue.ts';
import { assemble, eye, newEye } from '../figure.ts';
import type { Scene } from '../scene.ts';

const sky = `
float hash1(float x) { return fract(sin(x * 91.345) * 4758.5453); }
float noise1(float x) { float i = floor(x), f = x - i; f = f * f * (3.0 - 2.0 * f); return mix(hash1(i), hash1(i + 1.0), f); }
vec3 curtain(vec2 p, float n, vec3 low, vec3 high) {
  float drift = time * (0.016 + 0.005 * n) + n * 17.0;
  float x = p.x * (0.85 - 0.12 * n) + 0.34 * sin(p.x * 1.3 + drift * 2.1) + 0.05 * beat * sin(p.x * 2.0 + n);
  float hem = -0.16 + 0.2 * n + 0.2 * sin(x * 1.25 + drift * 3.0) + 0.09 * sin(x * 2.9 - drift * 4.1);
  float above = p.y - hem;
  float folds = noise1(x * 2.6 + drift * 3.0);
  float rays = noise1(x * 17.0 + drift * 9.0 + 2.0 * folds) * 0.6 + noise1(x * 41.0 - drift * 7.0) * 0.4;
  float tall = 0.24 + 0.5 * folds;
  float body = smoothstep(-0.035, 0.045, above) * exp(-max(above, 0.0) / tall);
  float strength = smoothstep(0.2, 0.85, folds + 0.25 * sin(x * 0.7 - drift)) * (0.35 + 0.65 * rays * smoothstep(0.0, 0.3, above + 0.1));
  vec3 c = mix(low, high, smoothstep(0.02, 0.62, above + 0.08 * beat));
  return c * body * strength * (0.62 - 0.13 * n);
}
float star(vec2 p) {
  vec2 i = floor(p), f = fract(p) - 0.5;
  float h = hash(i);
  if (h < 0.9) return 0.0;
  f -= (vec2(hash(i + 7.1), hash(i + 3.7)) - 0.5) * 0.6;
  return exp(-dot(f, f) * 130.0) * (0.55 + 0.45 * sin(time * (0.4 + h) + h * 60.0));
}
vec3 light(vec2 p) {
  float shore = -0.5;
  // Below the shore the same sky again, upside down, shaken and dimmed by the water.
  float water = step(p.y, shore);
  vec2 q = p;
  if (water > 0.5) {
    float down = shore - p.y;
    q.y = shore + down * 1.15;
    q.x += 0.02 * sin(p.y * 70.0 + time * 0.7) * smoothstep(0.0, 0.3, down) * (1.0 + 2.0 * down);
  }
  float ridge = shore + 0.05 + 0.13 * noise1(q.x * 1.7 + 3.0) + 0.06 * noise1(q.x * 4.7) + 0.02 * noise1(q.x * 13.0);
  vec3 c = deep * (0.42 + 0.7 * exp(-(q.y - shore) * 1.4));
  if (q.y > ridge - 0.02) {
    c += star(q * 9.0) * vec3(0.34) * smoothstep(-0.2, 0.5, q.y);
    c += curtain(q - vec2(0.0, 0.05), 0.0, hueA, hueB);
    c += curtain(q, 1.0, mix(hueA, hueC, 0.4), hueB) * 0.8;
    c += curtain(q + vec2(0.7, -0.05), 2.0, hueC, hueB) * 0.55;
  }
  c *= smoothstep(ridge - 0.006, ridge + 0.006, q.y) * 0.94 + 0.06;
  c *= mix(1.0, 0.42 - 0.25 * smoothstep(0.0, 0.5, shore - p.y), water);
  return c * (0.35 + 0.65 * level);
}`;

export function create(): Scene {
  const cue = new Cue();
  const camera = newEye();
  return assemble(cue, camera, backdrop(cue, sky), [], (input, aspect) => eye(camera, input, aspect, 0));
}
