/** Flower of life: nineteen circles on the hexagonal lattice inside two rings, a slow wave of light through them. */
import { backdrop, nightLight } from '../backdrop.ts';
import { Cue } from '../cue.ts';
import { assemble, type Copy, circle, dots, eye, newEye, oneCopy, type Point, ribbons } from '../figure.ts';
import type { Scene } from '../scene.ts';

const radius = 0.3;

/** Lattice points up to `rings` steps from the centre. */
function lattice(rings: number): [number, number][] {
  const points: [number, number][] = [];
  for (let a = -rings; a <= rings; a++)
    for (let b = -rings; b <= rings; b++)
      if (Math.abs(a + b) <= rings) points.push([(a + b / 2) * radius, ((b * Math.sqrt(3)) / 2) * radius]);
  return points;
}

const wave = `float wave(vec2 at) { return sin(length(at) * 5.2 - time * 0.42); }`;

export function create(): Scene {
  const cue = new Cue();
  const camera = newEye();
  const centres = lattice(2);
  const copies = (below: 0 | 1): Copy[] =>
    centres.map(([x, y]) => ({
      at: [x, y, 0],
      size: radius,
      trait: [Math.hypot(x, y), Math.atan2(y, x), 1 - below, below],
    }));
  const look = {
    cue,
    width: 0.0042,
    shape: `${wave}
    vec3 shape(vec3 p, float along, vec4 place, vec4 trait) {
      vec3 q = place.xyz + p * place.w * (1.0 + 0.012 * beat * (1.0 - trait.x));
      // The sheet rises and falls like water.
      q.z += 0.09 * wave(q.xy) - trait.w * 0.75;
      q.xy *= 1.0 + trait.w * 0.12;
      float turned = -time * 0.02 * (1.0 - 2.0 * trait.w);
      float c = cos(turned), s = sin(turned);
      q.xy = mat2(c, s, -s, c) * q.xy;
      return q;
    }`,
    shine: `vec3 shine(float along, vec4 trait, float depth) {
      float crest = 0.5 + 0.5 * sin(trait.x * 5.2 - time * 0.42 + 0.8 * cos(TAU * along - trait.y));
      float pulse = exp(-14.0 * abs(fract(trait.x * 0.8 - turn + 0.5) - 0.5));
      vec3 c = mix(hueC, hueA, crest);
      c = mix(c, hueB, smoothstep(0.3, 0.75, trait.x) * 0.7);
      c = mix(c, hueB, 0.8 * pulse * trait.z);
      float near = 0.2 + 0.34 * crest * crest + calm * 0.2 * pulse;
      return c * mix(near, 0.055, trait.w) * (0.3 + 0.7 * level);
    }`,
  };
  const petals = ribbons({ ...look, lines: [circle(60)], copies: copies(0) });
  // The sheet below is dim: fewer points will do.
  const below = ribbons({ ...look, lines: [circle(36)], copies: copies(1) });
  const rims = ribbons({
    cue,
    lines: [1.02, 0.965].map((r) => circle(160).map(([x, y]): Point => [x * r, y * r, 0])),
    copies: [{ ...oneCopy, size: 0.92 }],
    width: 0.004,
    shine: `vec3 shine(float along, vec4 trait, float depth) {
      float sweep = 0.5 + 0.5 * cos(TAU * along - time * 0.16);
      return mix(hueA, hueB, sweep) * (0.14 + 0.4 * sweep * sweep) * (0.3 + 0.7 * level);
    }`,
  });
  const knots = dots({
    cue,
    copies: lattice(3)
      .filter(([x, y]) => Math.hypot(x, y) < 0.91)
      .map(([x, y]): Copy => ({ at: [x, y, 0], size: 1, trait: [Math.hypot(x, y), Math.atan2(y, x), 0, 0] })),
    spot: `${wave}
    vec4 spot(vec4 place, vec4 trait) {
      vec3 q = place.xyz;
      float lift = wave(q.xy);
      q.z += 0.09 * lift;
      float turned = -time * 0.02, c = cos(turned), s = sin(turned);
      q.xy = mat2(c, s, -s, c) * q.xy;
      return vec4(q, 0.022 + 0.008 * lift + 0.008 * beat);
    }`,
    shine: `vec3 shine(vec4 trait, float depth) {
      float crest = 0.5 + 0.5 * sin(trait.x * 5.2 - time * 0.42);
      return mix(hueA, hueB, trait.x) * (0.3 + 0.7 * crest) * (0.3 + 0.7 * level);
    }`,
    profile: '0.2 * (1.0 - away) * (1.0 - away) + 0.6 * exp(-away * away * 15.0)',
  });
  return assemble(cue, camera, backdrop(cue, nightLight), [below, petals, rims, knots], (input, aspect) => {
    eye(camera, input, aspect, 0.75, 1.06);
  });
}
