/** Fibonacci spiral: seeds at the golden angle, as a sunflower sets them, with the golden spirals that they form. */
import { backdrop, nightLight } from '../backdrop.ts';
import { Cue } from '../cue.ts';
import { assemble, type Copy, dots, eye, newEye, type Point, ribbons } from '../figure.ts';
import type { Scene } from '../scene.ts';

const goldenAngle = Math.PI * (3 - Math.sqrt(5));
const seeds = 620;

const seedAt = (n: number): Point => {
  const r = Math.sqrt(n / seeds);
  return [r * Math.cos(n * goldenAngle), r * Math.sin(n * goldenAngle), 0];
};

/** A bowl that turns slowly: the same bend for seeds and spirals. */
const bend = `vec3 bend(vec2 p) {
  float r = length(p);
  float turned = time * 0.02 - 0.3 * r * sin(time * 0.05);
  float c = cos(turned), s = sin(turned);
  return vec3(mat2(c, s, -s, c) * p, 0.42 * (0.35 - r * r) + 0.04 * sin(r * 7.0 - time * 0.3));
}`;

export function create(): Scene {
  const cue = new Cue();
  const camera = newEye();
  const copies: Copy[] = Array.from({ length: seeds }, (_, n) => ({
    at: seedAt(n + 1),
    size: 1,
    trait: [Math.sqrt((n + 1) / seeds), (n % 21) / 21, (n % 34) / 34, (n * 0.618) % 1],
  }));
  const field = dots({
    cue,
    copies,
    spot: `${bend}
    vec4 spot(vec4 place, vec4 trait) {
      float swell = cos(TAU * (trait.x * 1.6 - turn));
      float slow = 0.5 + 0.5 * sin(trait.x * 9.0 - time * 0.4);
      return vec4(bend(place.xy), (0.003 + 0.0054 * trait.x) * (0.72 + 0.28 * slow + 0.12 * calm * swell));
    }`,
    shine: `vec3 shine(vec4 trait, float depth) {
      float slow = 0.5 + 0.5 * sin(trait.x * 9.0 - time * 0.4);
      vec3 c = mix(hueB, hueA, smoothstep(0.1, 0.6, trait.x));
      c = mix(c, hueC, smoothstep(0.45, 1.0, trait.x + 0.25 * sin(TAU * trait.y + time * 0.1)));
      return c * (0.22 + 0.6 * slow) * smoothstep(1.03, 0.86, trait.x) * (0.3 + 0.7 * level);
    }`,
    profile:
      '0.8 * exp(-away * away * 3.0) * (1.0 - away) + 0.55 * smoothstep(0.5, 0.85, away) * smoothstep(1.0, 0.88, away)',
  });
  // Every 21st seed lies on one spiral of a family of 21; the family of 34 runs the other way.
  const family = (step: number, from: number): Point[][] =>
    Array.from({ length: step }, (_, first) => {
      const line: Point[] = [];
      for (let n = first + from; n <= seeds; n += step) line.push(seedAt(n));
      return line;
    });
  const spiral = (lines: Point[][], hue: string, strength: number, sense: number) =>
    ribbons({
      cue,
      lines,
      width: 0.0028,
      shape: `${bend} vec3 shape(vec3 p, float along, vec4 place, vec4 trait) { return bend(p.xy); }`,
      shine: `vec3 shine(float along, vec4 trait, float depth) {
        float run = fract(along * 1.1 - time * 0.045 * ${sense.toFixed(1)});
        float bead = exp(-9.0 * abs(fract(along - turn + 0.5) - 0.5));
        return ${hue} * (0.035 + 0.2 * pow(run, 6.0) + 0.2 * calm * bead) * ${strength.toFixed(2)}
          * smoothstep(0.0, 0.12, along) * smoothstep(1.0, 0.7, along) * (0.3 + 0.7 * level);
      }`,
    });
  return assemble(
    cue,
    camera,
    backdrop(cue, nightLight),
    [spiral(family(21, 30), 'hueA', 1, 1), spiral(family(34, 60), 'hueB', 0.7, -1), field],
    (input, aspect) => eye(camera, input, aspect, 0.95),
  );
}
