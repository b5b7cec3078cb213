/** Metatron's cube: thirteen circles of the fruit of life, every centre joined to every other, solids within. */
import { backdrop, nightLight } from '../backdrop.ts';
import { Cue } from '../cue.ts';
import { assemble, type Copy, circle, dots, eye, newEye, type Point, ribbons, straight } from '../figure.ts';
import type { Scene } from '../scene.ts';

const step = 0.4;
const hexagon = (r: number, z: number): Point[] =>
  Array.from({ length: 6 }, (_, i): Point => {
    const angle = (i * Math.PI) / 3 + Math.PI / 6;
    return [r * Math.cos(angle), r * Math.sin(angle), i % 2 === 0 ? z : -z];
  });

// The inner six and the outer six stand up and down by turns: seen from the front they are the flat figure, from the
// side a cube in a larger one.
const inner = hexagon(step, 0.07);
const outer = hexagon(step * 2, 0.14);
const centres: Point[] = [[0, 0, 0], ...inner, ...outer];

const swing = `vec3 swing(vec3 p) {
  float a = 0.3 * sin(time * 0.09), c = cos(a), s = sin(a);
  p.xz = mat2(c, s, -s, c) * p.xz;
  float t = time * 0.022, ct = cos(t), st = sin(t);
  p.xy = mat2(ct, st, -st, ct) * p.xy;
  return p;
}`;

export function create(): Scene {
  const cue = new Cue();
  const camera = newEye();
  const pairs: [Point, Point][] = [];
  for (let i = 0; i < centres.length; i++)
    for (let j = i + 1; j < centres.length; j++) pairs.push([centres[i] as Point, centres[j] as Point]);
  const web = ribbons({
    cue,
    lines: pairs.map(([a, b]) => straight(a, b, 6)),
    width: 0.0026,
    shape: `${swing} vec3 shape(vec3 p, float along, vec4 place, vec4 trait) { return swing(p); }`,
    shine: `vec3 shine(float along, vec4 trait, float depth) {
      float run = 0.5 + 0.5 * sin(TAU * along + time * 0.35 + depth * 3.0);
      return mix(hueC, hueA, run) * (0.035 + 0.075 * run) * (0.3 + 0.7 * level);
    }`,
  });
  const edges: Point[][] = [];
  for (const six of [inner, outer])
    for (let i = 0; i < 6; i++) {
      edges.push(straight(six[i] as Point, six[(i + 1) % 6] as Point, 12));
      edges.push(straight(six[i] as Point, six[(i + 2) % 6] as Point, 12));
    }
  const solids = ribbons({
    cue,
    lines: edges,
    width: 0.0048,
    shape: `${swing} vec3 shape(vec3 p, float along, vec4 place, vec4 trait) { return swing(p * (1.0 + 0.01 * beat)); }`,
    shine: `vec3 shine(float along, vec4 trait, float depth) {
      float bead = exp(-11.0 * abs(fract(along - turn + 0.5) - 0.5));
      float near = smoothstep(5.6, 4.0, depth);
      vec3 c = mix(mix(hueB, hueA, near), hueC, 0.85 * bead);
      return c * (0.14 + 0.22 * near + (0.04 + 0.2 * calm) * bead) * (0.3 + 0.7 * level);
    }`,
  });
  const spheres = ribbons({
    cue,
    lines: [circle(54)],
    copies: centres.map(
      ([x, y, z], i): Copy => ({ at: [x, y, z], size: step / 2, trait: [i, Math.hypot(x, y), 0, 0] }),
    ),
    width: 0.0042,
    shape: `${swing} vec3 shape(vec3 p, float along, vec4 place, vec4 trait) {
      // The rings face the eye: only their centres swing.
      return swing(place.xyz) + p * place.w * (1.0 + 0.02 * beat);
    }`,
    shine: `vec3 shine(float along, vec4 trait, float depth) {
      float sweep = 0.5 + 0.5 * cos(TAU * (along - trait.x * 0.13) - time * 0.4);
      return mix(hueA, hueB, trait.y * 1.1) * (0.13 + 0.42 * sweep * sweep) * (0.3 + 0.7 * level);
    }`,
  });
  const hearts = dots({
    cue,
    copies: centres.map(([x, y, z], i): Copy => ({ at: [x, y, z], size: 1, trait: [i, Math.hypot(x, y), 0, 0] })),
    spot: `${swing} vec4 spot(vec4 place, vec4 trait) { return vec4(swing(place.xyz), 0.095 * (1.0 + 0.1 * beat)); }`,
    shine: `vec3 shine(vec4 trait, float depth) {
      float slow = 0.6 + 0.4 * sin(time * 0.4 + trait.x * 1.7);
      return mix(hueB, hueC, 0.3) * slow * (0.3 + 0.7 * level);
    }`,
    profile: '0.16 * (1.0 - away) * (1.0 - away) * (1.0 - away) + 0.6 * exp(-away * away * 35.0)',
  });
  return assemble(cue, camera, backdrop(cue, nightLight), [web, solids, spheres, hearts], (input, aspect) =>
    eye(camera, input, aspect, 0.55, 1.1),
  );
}
