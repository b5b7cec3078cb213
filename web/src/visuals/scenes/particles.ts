/** Particle field: a sea of lights under a low moon; every beat sends a ring over the water. */
import { backdrop } from '../backdrop.ts';
import { Cue } from '../cue.ts';
import { assemble, type Copy, dots, newEye, sight, stars } from '../figure.ts';
import type { Scene } from '../scene.ts';

const columns = 46;
const rows = 34;

const sky = `
vec3 light(vec2 p) {
  float glow = exp(-abs(p.y) * 2.6);
  vec3 c = deep * (0.3 + 0.5 * smoothstep(-0.2, 1.2, p.y));
  c += mix(hueC, hueA, glow) * (0.05 * glow + 0.06 * exp(-dot(p, p) * 3.2)) * (1.0 + 0.1 * beat);
  return c * (0.4 + 0.6 * level);
}`;

export function create(): Scene {
  const cue = new Cue();
  const camera = newEye();
  const copies: Copy[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const seed = (row * 0.7548 + column * 0.5698) % 1;
      const far = (row + 0.7 * seed) / rows;
      const x = ((column + ((row * 0.618) % 1)) / columns - 0.5) * 2;
      const z = -0.5 - 11 * far ** 1.5;
      copies.push({ at: [x * (2.1 + 8.5 * far), 0, z], size: 1, trait: [far, x, Math.hypot(x * 4, z + 6), seed] });
    }
  const sea = dots({
    cue,
    copies,
    spot: `vec4 spot(vec4 place, vec4 trait) {
      vec3 q = place.xyz;
      float swell = 0.17 * sin(q.x * 0.8 + time * 0.21) + 0.13 * sin(q.z * 0.9 - time * 0.17 + q.x * 0.35) + 0.05 * sin(q.x * 2.3 - q.z * 1.7 + time * 0.26);
      float ring = cos(TAU * (trait.z * 0.28 - turn)) * calm * 0.1 * exp(-trait.z * 0.12);
      q.y = -0.62 + swell * (0.35 + 0.65 * trait.x) + ring;
      return vec4(q, 0.0042 + 0.0014 * trait.w);
    }`,
    shine: `vec3 shine(vec4 trait, float depth) {
      float glint = 0.5 + 0.5 * sin(time * 0.5 + trait.w * TAU * 3.0 + trait.z * 1.3);
      float ring = 0.5 + 0.5 * cos(TAU * (trait.z * 0.28 - turn));
      float path = exp(-trait.y * trait.y * (4.0 + 30.0 * trait.x));
      vec3 c = mix(hueB, hueA, trait.x);
      c = mix(c, hueC, 0.6 * ring * calm + 0.3 * glint);
      float bright = 0.14 + 0.55 * glint * glint + 0.4 * calm * ring + 1.3 * path * (0.3 + 0.7 * glint);
      return c * bright * smoothstep(1.0, 0.72, trait.x) * smoothstep(1.2, 3.4, depth) * (0.3 + 0.7 * level);
    }`,
  });
  return assemble(cue, camera, backdrop(cue, sky), [stars(cue, 90, -0.02), sea], (input, aspect) => {
    sight(camera, aspect, 48);
    camera.position.set(0.35 * Math.sin(input.time * 0.06), 0.2 + 0.06 * Math.sin(input.time * 0.09), 1.6);
    camera.lookAt(camera.position.x * 0.6, camera.position.y, -8);
  });
}
