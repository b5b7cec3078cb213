/** Merkaba: two tetrahedra through each other, turning against each other, in the rings of a slow gyroscope. */
import { backdrop, nightLight } from '../backdrop.ts';
import { Cue } from '../cue.ts';
import { assemble, type Copy, circle, dots, eye, newEye, type Point, ribbons, straight } from '../figure.ts';
import type { Scene } from '../scene.ts';

const corners: Point[] = (
  [
    [1, 1, 1],
    [1, -1, -1],
    [-1, 1, -1],
    [-1, -1, 1],
  ] as Point[]
).map(([x, y, z]) => [x * 0.56, y * 0.56, z * 0.56]);

/** Turns a body about the upright axis; `sense` is 1 or −1. The bodies stand on a corner, so tilt the cube first. */
const spin = `vec3 spin(vec3 p, float sense) {
  // Corner (1,1,1) up: turn about x and z by the cube's own angles.
  p.xy = mat2(0.70710678, 0.70710678, -0.70710678, 0.70710678) * p.xy;
  p.yz = mat2(0.81649658, -0.57735027, 0.57735027, 0.81649658) * p.yz;
  float a = time * 0.06 * sense, c = cos(a), s = sin(a);
  p.xz = mat2(c, s, -s, c) * p.xz;
  p *= 1.0 + 0.012 * beat * sense;
  float tilt = 0.22 + 0.16 * sin(time * 0.07), ct = cos(tilt), st = sin(tilt);
  p.yz = mat2(ct, st, -st, ct) * p.yz;
  return p;
}`;

export function create(): Scene {
  const cue = new Cue();
  const camera = newEye();
  const edges: Point[][] = [];
  const weave: Point[][] = [];
  for (let i = 0; i < 4; i++)
    for (let j = i + 1; j < 4; j++) {
      edges.push(straight(corners[i] as Point, corners[j] as Point, 24));
      // Lines on the faces, from each edge towards the opposite corner, give the body its veil.
      for (let k = 0; k < 4; k++) {
        if (k === i || k === j) continue;
        for (let n = 1; n < 9; n++) {
          const from = straight(corners[i] as Point, corners[k] as Point, 9)[n] as Point;
          const to = straight(corners[j] as Point, corners[k] as Point, 9)[n] as Point;
          weave.push(straight(from, to, 3));
        }
      }
    }
  const pair: Copy[] = [
    { at: [0, 0, 0], size: 1, trait: [1, 0, 0, 0] },
    { at: [0, 0, 0], size: -1, trait: [-1, 0, 0, 0] },
  ];
  const shape = `${spin} vec3 shape(vec3 p, float along, vec4 place, vec4 trait) { return spin(p * place.w, trait.x); }`;
  const veil = ribbons({
    cue,
    lines: weave,
    copies: pair,
    width: 0.0024,
    shape,
    shine: `vec3 shine(float along, vec4 trait, float depth) {
      float near = smoothstep(5.2, 3.4, depth);
      return (trait.x > 0.0 ? hueA : hueC) * (0.012 + 0.055 * near * near) * (0.3 + 0.7 * level);
    }`,
  });
  const bodies = ribbons({
    cue,
    lines: edges,
    copies: pair,
    width: 0.0058,
    shape,
    shine: `vec3 shine(float along, vec4 trait, float depth) {
      float near = smoothstep(5.3, 3.3, depth);
      float bead = exp(-12.0 * abs(fract(along - turn * trait.x + 0.5) - 0.5));
      vec3 c = trait.x > 0.0 ? mix(hueA, hueB, near * 0.4) : mix(hueC, hueA, near * 0.3);
      c = mix(c, hueB, 0.85 * bead);
      return c * (0.1 + 0.4 * near + (0.04 + 0.2 * calm) * bead * near) * (0.3 + 0.7 * level);
    }`,
  });
  const rings = ribbons({
    cue,
    lines: [circle(140)],
    copies: [0, 1, 2].map((i): Copy => ({ at: [0, 0, 0], size: 1.02 + i * 0.05, trait: [i, 0, 0, 0] })),
    width: 0.0034,
    shape: `vec3 shape(vec3 p, float along, vec4 place, vec4 trait) {
      p *= place.w;
      float a = time * (0.03 + 0.012 * trait.x) + trait.x * 1.1, c = cos(a), s = sin(a);
      p.yz = mat2(c, s, -s, c) * p.yz;
      float b = time * 0.02 * (1.0 - trait.x) + trait.x * 0.7, d = cos(b), e = sin(b);
      p.xz = mat2(d, e, -e, d) * p.xz;
      return p;
    }`,
    shine: `vec3 shine(float along, vec4 trait, float depth) {
      float near = smoothstep(5.6, 3.2, depth);
      float run = exp(-7.0 * fract(along - time * 0.04 + trait.x * 0.33));
      return mix(hueB, hueA, near) * (0.05 + 0.16 * near + 0.5 * run) * (0.3 + 0.7 * level);
    }`,
  });
  const points = dots({
    cue,
    copies: [
      ...corners.flatMap((at): Copy[] => pair.map((one) => ({ at, size: one.size, trait: one.trait }))),
      { at: [0, 0, 0], size: 0, trait: [0, 1, 0, 0] },
    ],
    spot: `${spin} vec4 spot(vec4 place, vec4 trait) {
      return vec4(spin(place.xyz * place.w, trait.x), trait.y > 0.5 ? 0.2 + 0.02 * beat : 0.05 + 0.012 * beat);
    }`,
    shine: `vec3 shine(vec4 trait, float depth) {
      float near = trait.y > 0.5 ? 0.1 : 0.7 * smoothstep(5.4, 3.2, depth);
      return mix(hueB, hueA, 0.5) * near * (0.3 + 0.7 * level);
    }`,
    profile: '0.4 * (1.0 - away) * (1.0 - away) + 0.55 * exp(-away * away * 30.0)',
  });
  return assemble(cue, camera, backdrop(cue, nightLight), [veil, rings, bodies, points], (input, aspect) =>
    eye(camera, input, aspect, 0.35, 1.16),
  );
}
