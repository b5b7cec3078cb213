/** Sri Yantra: nine interlocked triangles, two lotuses, three rings and the square of gates, raised as a hill. */
import { backdrop, nightLight } from '../backdrop.ts';
import { Cue } from '../cue.ts';
import { assemble, circle, dots, eye, newEye, oneCopy, type Point, ribbons, straight } from '../figure.ts';
import type { Scene } from '../scene.ts';

/** Radius of the circle about the triangles, as a share of the figure. */
const core = 0.6;

/**
 * The traditional drawing (Lakshmidhara's commentary on Saundaryalahari 11): nine lines across a circle of 48 parts,
 * at these heights from the top, each shortened at both ends by so many parts.
 */
const heights = [6, 12, 17, 20, 23, 27, 30, 36, 42];
const shortened = [3, 4, 0, 16, 18, 16, 0, 4, 3];
/** The height at which the triangle on each line has its point: another line, or the circle itself. */
const points = [27, 42, 48, 36, 30, 12, 0, 6, 17];

function triangles(): Point[][] {
  return heights.flatMap((height, i) => {
    const half = Math.sqrt(24 ** 2 - (24 - height) ** 2) - (shortened[i] as number);
    const at = (x: number, y: number): Point => [(x / 24) * core, ((24 - y) / 24) * core, 0];
    const left = at(-half, height);
    const right = at(half, height);
    const point = at(0, points[i] as number);
    return [straight(left, right, 12), straight(right, point, 12), straight(point, left, 12)];
  });
}

/** One ring of pointed petals. */
function lotus(count: number, from: number, to: number): Point[][] {
  const half = Math.PI / count;
  return Array.from({ length: count }, (_, k) => {
    const middle = (2 * Math.PI * k) / count + Math.PI / 2;
    const side = (sense: number): Point[] =>
      Array.from({ length: 13 }, (_, i): Point => {
        const t = i / 12;
        const angle = middle + sense * half * Math.cos((t * Math.PI) / 2) ** 0.75;
        const r = from + (to - from) * t ** 0.9;
        return [r * Math.cos(angle), r * Math.sin(angle), 0];
      });
    return [...side(-1), ...side(1).reverse().slice(1)];
  });
}

/**
 * The outer square with a gate on each side.
 * @param out how far outside the innermost outline this one runs, everywhere
 */
function gates(out: number): Point[][] {
  const half = 1.02 + out;
  const neck = 0.19 + out;
  const shelf = 1.085 - out;
  const wide = 0.3 + out;
  const top = 1.14 + out;
  const side: [number, number][] = [
    [-half, half],
    [-neck, half],
    [-neck, shelf],
    [-wide, shelf],
    [-wide, top],
    [wide, top],
    [wide, shelf],
    [neck, shelf],
    [neck, half],
  ];
  const turned = [0, 1, 2, 3].flatMap((quarter) =>
    side.map(([x, y]): Point => {
      const a = (-quarter * Math.PI) / 2;
      return [x * Math.cos(a) - y * Math.sin(a), x * Math.sin(a) + y * Math.cos(a), 0];
    }),
  );
  const closed = [...turned, turned[0] as Point];
  return closed.slice(1).map((p, i) => straight(closed[i] as Point, p, 4));
}

const hill = `vec3 hill(vec3 p) {
  float r = length(p.xy);
  p.z = 0.4 * exp(-r * r * 2.6) - 0.1 + 0.012 * sin(r * 9.0 - time * 0.4);
  return p;
}`;

export function create(): Scene {
  const cue = new Cue();
  const camera = newEye();
  const shape = `${hill} vec3 shape(vec3 p, float along, vec4 place, vec4 trait) {
    return hill(vec3(p.xy, 0.0));
  }`;
  const nine = ribbons({
    cue,
    lines: triangles(),
    width: 0.0047,
    shape: `${hill} vec3 shape(vec3 p, float along, vec4 place, vec4 trait) {
      return hill(vec3(p.xy * (1.0 + 0.01 * beat), 0.0));
    }`,
    shine: `vec3 shine(float along, vec4 trait, float depth) {
      float bead = exp(-12.0 * abs(fract(along - turn + 0.5) - 0.5));
      float drift = 0.5 + 0.5 * sin(TAU * along + time * 0.28);
      vec3 c = mix(mix(hueA, hueB, drift * 0.7), hueC, 0.85 * bead);
      return c * (0.34 + 0.24 * drift + 0.2 * calm * bead) * (0.3 + 0.7 * level);
    }`,
  });
  const petals = ribbons({
    cue,
    lines: [...lotus(8, core * 1.03, core * 1.28), ...lotus(16, core * 1.31, core * 1.54)],
    width: 0.0038,
    shape,
    shine: `vec3 shine(float along, vec4 trait, float depth) {
      float tip = 1.0 - abs(2.0 * along - 1.0);
      float breath = 0.5 + 0.5 * sin(time * 0.3 + tip * 2.0);
      return mix(hueC, hueA, tip) * (0.08 + (0.26 + 0.12 * beat) * tip * tip + 0.1 * breath) * (0.3 + 0.7 * level);
    }`,
  });
  const rim = [core * 1.01, core * 1.295, core * 1.56, core * 1.59, core * 1.62].map((r) =>
    circle(140).map(([x, y]): Point => [x * r, y * r, 0]),
  );
  const frame = ribbons({
    cue,
    lines: [...rim, ...gates(0), ...gates(0.022)],
    width: 0.0034,
    shape,
    shine: `vec3 shine(float along, vec4 trait, float depth) {
      float sweep = 0.5 + 0.5 * cos(TAU * along - time * 0.13);
      return mix(hueB, hueC, sweep) * (0.1 + 0.2 * sweep * sweep) * (0.3 + 0.7 * level);
    }`,
  });
  const bindu = dots({
    cue,
    copies: [oneCopy],
    spot: `${hill} vec4 spot(vec4 place, vec4 trait) { return vec4(hill(vec3(0.0)), 0.14 + 0.03 * beat); }`,
    shine: `vec3 shine(vec4 trait, float depth) { return hueA * (0.3 + 0.7 * level); }`,
    profile: '0.4 * (1.0 - away) * (1.0 - away) + 0.5 * exp(-away * away * 130.0)',
  });
  return assemble(cue, camera, backdrop(cue, nightLight), [frame, petals, nine, bindu], (input, aspect) =>
    eye(camera, input, aspect, 0.7, 1.22),
  );
}
