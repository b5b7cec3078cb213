/** Aurora: three curtains over a dark ridge and still water, under stars. */
import { backdrop } from '../backdrop.ts';
import { Cue } from '../cue.ts';
import { assemble, newEye, type Point, ribbons, shadow, sight, stars } from '../figure.ts';
import type { Scene } from '../scene.ts';

/** Height of the shore, where the shorter side of the picture runs from −1 to 1. */
const shore = -0.5;

const sky = `
float hash1(float x) { return fract(sin(x * 91.345) * 4758.5453); }
float noise1(float x) { float i = floor(x), f = x - i; f = f * f * (3.0 - 2.0 * f); return mix(hash1(i), hash1(i + 1.0), f); }
vec3 curtain(vec2 p, float n, vec3 low, vec3 high) {
  float drift = time * (0.016 + 0.005 * n) + n * 17.0;
  float x = p.x * (0.85 - 0.12 * n) + 0.34 * sin(p.x * 1.3 + drift * 2.1) + 0.03 * beat * sin(p.x * 2.0 + n);
  float hem = -0.14 + 0.2 * n + 0.2 * sin(x * 1.25 + drift * 3.0) + 0.09 * sin(x * 2.9 - drift * 4.1);
  float above = p.y - hem;
  float folds = noise1(x * 2.6 + drift * 3.0);
  float rays = noise1(x * 15.0 + drift * 8.0 + 2.0 * folds) * 0.65 + noise1(x * 34.0 - drift * 6.0) * 0.35;
  float tall = 0.22 + 0.5 * folds;
  float body = smoothstep(-0.05, 0.06, above) * exp(-max(above, 0.0) / tall);
  float strength = (0.12 + 0.88 * smoothstep(0.1, 0.9, folds + 0.25 * sin(x * 0.7 - drift))) * (0.4 + 0.6 * rays * smoothstep(0.0, 0.3, above + 0.1));
  vec3 c = mix(low, high, smoothstep(0.02, 0.62, above + 0.08 * beat));
  // The lower hem burns brightest.
  c *= 1.0 + 1.1 * exp(-above * above * 160.0);
  return c * body * strength * (0.6 - 0.13 * n);
}
vec3 light(vec2 p) {
  // Below the shore the same sky again, upside down, shaken and dimmed by the water.
  float down = max(${shore.toFixed(2)} - p.y, 0.0);
  vec2 q = p;
  q.y += down * 2.15;
  q.x += 0.035 * sin(p.y * 34.0 + time * 0.6) * smoothstep(0.0, 0.3, down);
  vec3 c = deep * (0.42 + 0.7 * exp(-(q.y - ${shore.toFixed(2)}) * 1.4));
  c += curtain(q - vec2(0.0, 0.05), 0.0, hueA, hueB);
  c += curtain(q, 1.0, mix(hueA, hueC, 0.4), hueB) * 0.8;
  c += curtain(q + vec2(0.7, -0.05), 2.0, hueC, hueB) * 0.55;
  c *= mix(1.0, 0.34 * exp(-down * 1.6), step(p.y, ${shore.toFixed(2)}));
  return c * (0.35 + 0.65 * level);
}`;

const height = (x: number): number =>
  0.07 +
  0.075 * Math.sin(x * 1.9 + 0.7) * Math.sin(x * 0.83 + 2) +
  0.03 * Math.sin(x * 5.3 + 1) +
  0.012 * Math.sin(x * 13.7) +
  0.006 * Math.sin(x * 31 + 2);

export function create(): Scene {
  const cue = new Cue();
  const camera = newEye();
  const xs = Array.from({ length: 241 }, (_, i) => (i / 120 - 1) * 3.4);
  const ridge = (lift: number): Point[] => xs.map((x): Point => [x, shore + height(x) + lift, 0]);
  const below = xs.map((x): Point => [x, shore - 0.55 * height(x), 0]);
  const rim = ribbons({
    cue,
    lines: [ridge(0)],
    width: 0.0026,
    shine: `vec3 shine(float along, vec4 trait, float depth) {
      float lit = 0.5 + 0.5 * sin(along * 21.0 + time * 0.12);
      return mix(hueA, hueC, lit) * (0.015 + 0.07 * lit) * (0.3 + 0.7 * level);
    }`,
  });
  return assemble(
    cue,
    camera,
    backdrop(cue, sky),
    [stars(cue, 150, -0.28), shadow(ridge(0), below), rim],
    (_, aspect) => {
      // One unit is half the shorter side, as in the sky.
      sight(camera, aspect, 60);
      camera.position.set(0, 0, Math.min(1, aspect) === 1 ? Math.sqrt(3) : Math.sqrt(3) / aspect);
      camera.lookAt(0, 0, 0);
    },
  );
}
