/** What lies behind a figure, or is the whole of a scene: one draw over the full picture. */
import { BufferAttribute, BufferGeometry, GLSL3, type IUniform, Mesh, NoBlending, RawShaderMaterial } from 'three';
import { type Cue, cueDeclarations } from './cue.ts';

/** GLSL: cheap smooth noise without textures. */
export const noiseFunctions = `
float hash(vec2 p) { p = fract(p * vec2(123.34, 345.45)); p += dot(p, p + 34.345); return fract(p.x * p.y); }
float noise(vec2 p) {
  vec2 i = floor(p), f = fract(p);
  f = f * f * (3.0 - 2.0 * f);
  return mix(mix(hash(i), hash(i + vec2(1.0, 0.0)), f.x), mix(hash(i + vec2(0.0, 1.0)), hash(i + vec2(1.0, 1.0)), f.x), f.y);
}
`;

/**
 * @param light GLSL: `vec3 light(vec2 p)`: linear light at p, where the shorter side runs from −1 to 1
 */
export function backdrop(
  cue: Cue,
  light: string,
  uniforms: Record<string, IUniform> = {},
): Mesh<BufferGeometry, RawShaderMaterial> {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(new Float32Array([-1, -1, 0, 3, -1, 0, -1, 3, 0]), 3));
  const mesh = new Mesh(
    geometry,
    new RawShaderMaterial({
      glslVersion: GLSL3,
      depthTest: false,
      depthWrite: false,
      blending: NoBlending,
      uniforms: { ...cue.uniforms, ...uniforms },
      vertexShader: `
        precision highp float;
        uniform mat4 projectionMatrix;
        in vec3 position;
        out vec2 vAt;
        void main() {
          // The projection tells the picture's aspect: m11 / m00.
          float aspect = projectionMatrix[1][1] / projectionMatrix[0][0];
          vAt = position.xy * (aspect > 1.0 ? vec2(aspect, 1.0) : vec2(1.0, 1.0 / aspect));
          gl_Position = vec4(position.xy, 0.0, 1.0);
        }`,
      fragmentShader: `
        precision highp float;
        ${cueDeclarations}
        in vec2 vAt;
        out vec4 result;
        ${noiseFunctions}
        ${light}
        void main() { result = vec4(light(vAt), 1.0); }`,
    }),
  );
  mesh.frustumCulled = false;
  mesh.renderOrder = -1;
  return mesh;
}

/** A night with a breath of the phase's colour in the middle and slow haze. */
export const nightLight = `
vec3 light(vec2 p) {
  float r = length(p);
  float haze = noise(p * 1.3 + vec2(time * 0.021, -time * 0.013)) * 0.65 + noise(p * 3.1 - vec2(time * 0.017, time * 0.011)) * 0.35;
  float core = exp(-r * r * 1.7) * (0.85 + 0.1 * beat);
  vec3 c = deep * (0.25 + 0.9 * haze * exp(-r * 0.75));
  c += mix(hueB, hueC, haze) * 0.028 * core * haze * 2.0;
  return c * (0.45 + 0.55 * level);
}`;
