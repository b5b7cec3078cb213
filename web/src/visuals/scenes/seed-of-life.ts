/** Seed of life: seven circles, each through the centre of its neighbours, with their echoes in the depth. */
import { backdrop, nightLight } from '../backdrop.ts';
import { Cue } from '../cue.ts';
import { assemble, type Copy, circle, dots, eye, newEye, ribbons } from '../figure.ts';
import type { Scene } from '../scene.ts';

const radius = 0.5;
const echoes = 5;

const centres = [
  [0, 0],
  ...Array.from({ length: 6 }, (_, i) => [Math.cos((i * Math.PI) / 3), Math.sin((i * Math.PI) / 3)]),
] as [number, number][];

export function create(): Scene {
  const cue = new Cue();
  const camera = newEye();
  const copies = (echo: number): Copy[] =>
    centres.map(([x, y], i) => ({
      at: [x * radius, y * radius, 0],
      size: radius,
      trait: [i, echo / (echoes - 1), echo === 0 ? 1 : 0, 0],
    }));
  const look = {
    cue,
    width: 0.0046,
    shape: `vec3 shape(vec3 p, float along, vec4 place, vec4 trait) {
      float swell = 1.0 + 0.014 * beat * (1.0 - trait.y);
      float breath = 1.0 + 0.02 * sin(time * 0.21 + trait.y * 3.0);
      vec3 q = (place.xyz * breath + p * place.w * swell);
      float turned = time * 0.035 + trait.y * 0.42 * sin(time * 0.05);
      float c = cos(turned), s = sin(turned);
      q.xy = mat2(c, s, -s, c) * q.xy * (1.0 + 0.18 * trait.y);
      q.z -= trait.y * 2.4 + 0.05 * sin(time * 0.17 + trait.x);
      return q;
    }`,
    shine: `vec3 shine(float along, vec4 trait, float depth) {
      float place = along - turn - trait.x / 7.0;
      float bead = exp(-18.0 * abs(fract(place + 0.5) - 0.5));
      float drift = 0.5 + 0.5 * sin(TAU * along - time * 0.3 + trait.x * 0.9);
      vec3 c = mix(hueA, hueB, 0.75 * drift);
      c = mix(c, hueC, trait.y * 0.85);
      // The beat runs round the circles as a colour more than as a brightness: see the governor's limits.
      c = mix(c, hueC, 0.7 * bead * trait.z);
      float front = trait.z * (0.34 + 0.3 * drift + (0.04 + 0.2 * calm) * bead);
      float back = (1.0 - trait.z) * 0.2 * pow(1.0 - trait.y, 1.5);
      return c * (front + back) * (0.3 + 0.7 * level);
    }`,
  };
  const rings = ribbons({ ...look, lines: [circle(60)], copies: copies(0) });
  // Small and dim: fewer points will do.
  const depths = ribbons({
    ...look,
    lines: [circle(36)],
    copies: Array.from({ length: echoes - 1 }, (_, i) => copies(i + 1)).flat(),
  });
  const lights = dots({
    cue,
    copies: centres.map(([x, y], i): Copy => ({ at: [x * radius, y * radius, 0], size: 1, trait: [i, 0, 0, 0] })),
    spot: `vec4 spot(vec4 place, vec4 trait) {
      float turned = time * 0.035, c = cos(turned), s = sin(turned);
      vec2 q = mat2(c, s, -s, c) * place.xy * (1.0 + 0.02 * sin(time * 0.21));
      return vec4(q, -0.05 * sin(time * 0.17 + trait.x), 0.05 + 0.012 * beat);
    }`,
    shine: `vec3 shine(vec4 trait, float depth) {
      return mix(hueB, hueA, 0.4) * (0.3 + 0.7 * level);
    }`,
    profile: '0.2 * (1.0 - away) * (1.0 - away) + 0.6 * exp(-away * away * 45.0)',
  });
  return assemble(cue, camera, backdrop(cue, nightLight), [depths, rings, lights], (input, aspect) =>
    eye(camera, input, aspect, 0.5),
  );
}
