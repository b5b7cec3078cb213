/** Tunnel: a slow way inward through rings of light along a bending path, with dust in the beam. */
import { backdrop } from '../backdrop.ts';
import { Cue } from '../cue.ts';
import { assemble, type Copy, circle, dots, newEye, oneCopy, type Point, ribbons, sight } from '../figure.ts';
import type { Scene } from '../scene.ts';

const rings = 26;
const spacing = 0.62;
const depth = rings * spacing;

/** The path bends slowly; everything in the tunnel follows it. `z` is the distance ahead. */
const path = `
vec2 bend(float z) {
  float far = z * z * 0.011;
  return far * vec2(sin(time * 0.09 + z * 0.07), 0.7 * sin(time * 0.071 + 1.0 + z * 0.05));
}
// What comes near goes out before it is larger than the field: there it would move too fast to be shown whole.
float fog(float z) { return exp(-z * 0.2) * smoothstep(0.8, 2.2, z); }`;

const air = `
vec3 light(vec2 p) {
  vec2 far = vec2(sin(time * 0.09 + 0.8), 0.7 * sin(time * 0.071 + 1.6)) * 0.22;
  float r = length(p - far * smoothstep(1.4, 0.0, length(p)));
  float smoke = noise(p * 2.2 + vec2(time * 0.03, time * 0.021)) * 0.6 + noise(p * 5.0 - vec2(time * 0.026, 0.0)) * 0.4;
  vec3 c = deep * (0.3 + 0.8 * smoke * exp(-r));
  c += hueA * (0.16 * exp(-r * 5.5) + 0.035 * exp(-r * 1.8)) * (1.0 + 0.12 * beat);
  c += mix(hueC, hueB, smoke) * 0.03 * exp(-r * 1.1) * smoke;
  return c * (0.35 + 0.65 * level);
}`;

export function create(): Scene {
  const cue = new Cue();
  const camera = newEye();
  const hoops = ribbons({
    cue,
    lines: [circle(64)],
    copies: Array.from(
      { length: rings },
      (_, i): Copy => ({
        at: [0, 0, i * spacing],
        size: 1,
        trait: [i, (i * 0.382) % 1, i % 3 === 0 ? 1 : 0, 0],
      }),
    ),
    width: 0.0042,
    shape: `${path} vec3 shape(vec3 p, float along, vec4 place, vec4 trait) {
      float z = mod(place.z - time * 0.17, ${depth.toFixed(3)});
      float turned = 0.3 * sin(time * 0.05) + trait.y * TAU + z * 0.05;
      float c = cos(turned), s = sin(turned);
      // The beat moves what is far: a hoop that fills the field would shake by pixels.
      float sway = 0.01 * beat * smoothstep(1.4, 5.0, z);
      vec2 q = mat2(c, s, -s, c) * p.xy * (1.0 + 0.016 * sin(along * TAU * 3.0 + trait.x + time * 0.2) + sway);
      return vec3(q + bend(z), -z);
    }`,
    shine: `vec3 shine(float along, vec4 trait, float depth) {
      float arc = 0.5 + 0.5 * sin(TAU * along + trait.x * 2.4 + time * 0.2);
      float bead = exp(-9.0 * abs(fract(along - turn + trait.y + 0.5) - 0.5));
      vec3 c = mix(hueB, hueA, smoothstep(0.5, 5.0, depth));
      c = mix(c, hueC, 0.7 * trait.z * arc);
      c = mix(c, hueC, (0.3 + 0.5 * calm) * bead);
      return c * (0.12 + 0.7 * arc * arc + 0.22 * calm * bead) * fog(depth) * 1.5 * (0.3 + 0.7 * level);
    }`,
  });
  const bars = ribbons({
    cue,
    lines: [Array.from({ length: 40 }, (_, i): Point => [1, 0, 0.3 + (i / 39) ** 1.6 * (depth - 1)])],
    copies: Array.from({ length: 16 }, (_, i): Copy => ({ ...oneCopy, trait: [i / 16, i % 2, 0, 0] })),
    width: 0.003,
    shape: `${path} vec3 shape(vec3 p, float along, vec4 place, vec4 trait) {
      float a = trait.x * TAU + 0.16 * p.z * sin(time * 0.04) + time * 0.02 * (1.0 - 2.0 * trait.y);
      return vec3(vec2(cos(a), sin(a)) * 1.045 + bend(p.z), -p.z);
    }`,
    shine: `vec3 shine(float along, vec4 trait, float depth) {
      float run = pow(0.5 + 0.5 * sin(depth * 1.3 + time * 0.5 + trait.x * 19.0), 4.0);
      return mix(hueC, hueA, run) * (0.03 + 0.3 * run) * fog(depth) * (0.3 + 0.7 * level);
    }`,
  });
  const dust = dots({
    cue,
    copies: Array.from({ length: 130 }, (_, i): Copy => {
      const a = i * 2.39996;
      const r = 0.15 + 0.75 * ((i * 0.618) % 1);
      return {
        at: [r * Math.cos(a), r * Math.sin(a), ((i * 0.7548) % 1) * depth],
        size: 1,
        trait: [(i * 0.381) % 1, 0, 0, 0],
      };
    }),
    spot: `${path} vec4 spot(vec4 place, vec4 trait) {
      float z = mod(place.z - time * (0.2 + 0.1 * trait.x), ${depth.toFixed(3)});
      return vec4(place.xy + bend(z), -z, 0.0016 + 0.0012 * trait.x);
    }`,
    shine: `vec3 shine(vec4 trait, float depth) {
      return mix(hueA, vec3(0.7), 0.4) * 0.5 * fog(depth) * (0.3 + 0.7 * level);
    }`,
  });
  return assemble(cue, camera, backdrop(cue, air), [bars, hoops, dust], (_, aspect) => sight(camera, aspect, 70));
}
