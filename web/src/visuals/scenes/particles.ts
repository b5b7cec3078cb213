/** Particle field: a sea of lights under a low moon; every beat sends a ring over the water. */
import { backdrop } from '../backdrop.ts';
import { Cue } from '../cue.ts';
import { assemble, type Copy, dots, newEye, sight } from '../figure.ts';
import type { Scene } from '../scene.ts';

const columns = 72;
const rows = 44;

const sky = `
float star(vec2 p, float cell) {
  vec2 g = p * cell, i = floor(g), f = fract(g) - 0.5;
  float h = hash(i);
  vec2 o = (vec2(hash(i + 7.1), hash(i + 3.7)) - 0.5) * 0.7;
  float d = length(f - o);
  return step(0.86, h) * exp(-d * d * 90.0) * (0.5 + 0.5 * sin(time * (0.3 + h) + h * 40.0));
}
vec3 light(vec2 p) {
  float up = p.y;
  float glow = exp(-abs(up) * 2.6);
  float moon = exp(-dot(p, p) * 3.2);
  vec3 c = deep * (0.35 + 0.5 * smoothstep(-0.2, 1.2, up));
  c += mix(hueC, hueA, glow) * (0.055 * glow + 0.07 * moon);
  if (up > 0.0) c += mix(hueA, vec3(0.8), 0.5) * 0.3 * star(p, 7.0) * smoothstep(0.0, 0.25, up);
  return c * (0.4 + 0.6 * level);
}`;

export function create(): Scene {
  const cue = new Cue();
  const camera = newEye();
  const copies: Copy[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const x = (column / (columns - 1) - 0.5) * 2 + (row % 2 === 0 ? 0 : 1 / columns);
      const far = row / (rows - 1);
      // Rows lie closer together near the eye, so that none of them opens as a gap.
      const z = -0.2 - 11.5 * far ** 1.35;
      copies.push({
        at: [x * (1.5 + 8 * far), 0, z],
        size: 1,
        trait: [far, x, Math.hypot(x * 4, z + 6), ((row * 7 + column * 13) % 17) / 17],
      });
    }
  const sea = dots({
    cue,
    copies,
    spot: `vec4 spot(vec4 place, vec4 trait) {
      vec3 q = place.xyz;
      float swell = 0.2 * sin(q.x * 0.8 + time * 0.5) + 0.16 * sin(q.z * 0.9 - time * 0.37 + q.x * 0.35) + 0.07 * sin(q.x * 2.3 - q.z * 1.7 + time * 0.6);
      float ring = cos(TAU * (trait.z * 0.28 - turn)) * calm * 0.2 * exp(-trait.z * 0.12);
      q.y = -0.62 + swell * (0.35 + 0.65 * trait.x) + ring;
      q.x += 0.05 * sin(time * 0.3 + trait.w * TAU);
      return vec4(q, 0.0052 + 0.0016 * trait.w);
    }`,
    shine: `vec3 shine(vec4 trait, float depth, float away) {
      float glint = 0.5 + 0.5 * sin(time * 0.5 + trait.w * TAU + trait.z * 1.3);
      float ring = 0.5 + 0.5 * cos(TAU * (trait.z * 0.28 - turn));
      float path = exp(-trait.y * trait.y * (5.0 + 26.0 * trait.x));
      vec3 c = mix(hueB, hueA, trait.x);
      c = mix(c, hueC, 0.6 * ring * calm + 0.3 * glint);
      float bright = 0.07 + 0.3 * glint * glint + 0.3 * calm * ring + 0.75 * path * (0.4 + 0.6 * glint);
      float soft = exp(-away * away * 4.5) - 0.011;
      return c * bright * max(soft, 0.0) * smoothstep(1.0, 0.75, trait.x) * smoothstep(0.6, 1.8, depth) * (0.3 + 0.7 * level);
    }`,
  });
  return assemble(cue, camera, backdrop(cue, sky), [sea], (input, aspect) => {
    sight(camera, aspect, 48);
    camera.position.set(0.35 * Math.sin(input.time * 0.06), 0.2 + 0.06 * Math.sin(input.time * 0.09), 1.6);
    camera.lookAt(camera.position.x * 0.6, camera.position.y, -8);
  });
}
