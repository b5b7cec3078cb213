/**
 * Drawing with light: ribbons (lines of even width that glow) and dots, both in space, both added to what is behind.
 */
import {
  BufferAttribute,
  BufferGeometry,
  CustomBlending,
  DoubleSide,
  GLSL3,
  type IUniform,
  Mesh,
  OneFactor,
  OneMinusSrcColorFactor,
  PerspectiveCamera,
  RawShaderMaterial,
  Scene as Root,
  ZeroFactor,
} from 'three';
import { type Cue, cueDeclarations } from './cue.ts';
import type { Scene, SceneInput } from './scene.ts';

export type Point = readonly [x: number, y: number, z: number];

/** A copy of a figure: place and size in space, and four numbers that its shader reads as it likes. */
export interface Copy {
  at: Point;
  size: number;
  trait: readonly [number, number, number, number];
}

export const oneCopy: Copy = { at: [0, 0, 0], size: 1, trait: [0, 0, 0, 0] };

/** Points of a circle of radius 1 about the origin, the first repeated at the end. */
export function circle(points: number): Point[] {
  return Array.from({ length: points + 1 }, (_, i): Point => {
    const angle = (2 * Math.PI * i) / points;
    return [Math.cos(angle), Math.sin(angle), 0];
  });
}

/** The straight way from `a` to `b` in equal pieces. */
export function straight(a: Point, b: Point, pieces = 1): Point[] {
  return Array.from({ length: pieces + 1 }, (_, i): Point => {
    const t = i / pieces;
    return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
  });
}

/** Width / height of the picture that is being drawn; `eye` sets it before each draw. */
const aspectUniform: IUniform<number> = { value: 1 };

const lights = {
  glslVersion: GLSL3,
  depthTest: false,
  depthWrite: false,
  side: DoubleSide,
  transparent: true,
  // Light upon light never exceeds white: a + b − ab.
  blending: CustomBlending,
  blendSrc: OneFactor,
  blendDst: OneMinusSrcColorFactor,
  // Alpha hides the haze; light does not.
  blendSrcAlpha: ZeroFactor,
  blendDstAlpha: OneFactor,
} as const;

const screen = `
uniform float power;
// A shoulder that keeps the hue, then screen values: light of lines is added as the eye sees it.
vec3 onScreen(vec3 c) {
  c *= power;
  float peak = max(max(c.r, c.g), max(c.b, 1e-5));
  return sqrt(c / (1.0 + 0.6 * peak));
}`;

interface RibbonOptions {
  cue: Cue;
  lines: readonly (readonly Point[])[];
  copies?: readonly Copy[];
  /** Width of a ribbon as a share of the picture's height. */
  width: number;
  /** GLSL: `vec3 shape(vec3 p, float along, vec4 place, vec4 trait)`; place is xyz and size of the copy. */
  shape?: string;
  /** GLSL: `vec3 shine(float along, vec4 trait, float depth)`: colour and strength of the light. */
  shine: string;
  uniforms?: Record<string, IUniform>;
}

const plainShape = 'vec3 shape(vec3 p, float along, vec4 place, vec4 trait) { return place.xyz + p * place.w; }';

/** A mesh of glowing lines. `along` runs from 0 to 1 on each line. */
export function ribbons(options: RibbonOptions): Mesh<BufferGeometry, RawShaderMaterial> {
  const { lines } = options;
  const vertices = lines.reduce((sum, line) => sum + line.length * 2, 0);
  const here = new Float32Array(vertices * 3);
  const ahead = new Float32Array(vertices * 3);
  const band = new Float32Array(vertices * 3);
  const index: number[] = [];
  let at = 0;
  for (const line of lines) {
    const closed = line.length > 2 && distance(line[0] as Point, line.at(-1) as Point) < 1e-6;
    line.forEach((point, i) => {
      const previous = line[i - 1] ?? (closed ? (line.at(-2) as Point) : point);
      const next = line[i + 1] ?? (closed ? (line[1] as Point) : point);
      const way = distance(previous, next) || 1;
      const toward = point.map((x, axis) => x + (0.02 * ((next[axis] as number) - (previous[axis] as number))) / way);
      for (const side of [-1, 1]) {
        here.set(point, at * 3);
        ahead.set(toward, at * 3);
        band.set([side, i / (line.length - 1), 0.02 / way / (line.length - 1)], at * 3);
        at++;
      }
      if (i > 0) index.push(at - 4, at - 3, at - 2, at - 2, at - 3, at - 1);
    });
  }
  const geometry = repeated(options.copies ?? [oneCopy], index, { position: here, ahead, band });
  const material = new RawShaderMaterial({
    ...lights,
    uniforms: { ...options.cue.uniforms, ...options.uniforms, width: { value: options.width }, aspect: aspectUniform },
    vertexShader: `
      precision highp float;
      ${cueDeclarations}
      uniform mat4 projectionMatrix, modelViewMatrix;
      uniform float width, aspect;
      in vec3 position, ahead, band; in vec4 place, trait;
      out float vSide; out vec3 vLight;
      ${screen}
      ${options.shape ?? plainShape}
      ${options.shine}
      void main() {
        vec4 clip = projectionMatrix * modelViewMatrix * vec4(shape(position, band.y, place, trait), 1.0);
        vec4 next = projectionMatrix * modelViewMatrix * vec4(shape(ahead, band.y + band.z, place, trait), 1.0);
        vec2 way = (next.xy / next.w - clip.xy / clip.w) * vec2(aspect, 1.0);
        way /= max(length(way), 1e-7);
        float scale = width * clamp(6.0 / clip.w, 0.5, 2.0);
        clip.xy += vec2(-way.y / aspect, way.x) * band.x * scale * 2.0 * clip.w;
        vSide = band.x;
        // The light is worked out at the points of the line; across it there is only the profile.
        vLight = onScreen(shine(band.y, trait, clip.w));
        gl_Position = clip;
      }`,
    fragmentShader: `
      precision highp float;
      in float vSide; in vec3 vLight;
      out vec4 result;
      void main() {
        float p = 1.0 - vSide * vSide;
        result = vec4(vLight * (p * p * (0.25 + 0.75 * p)), 1.0);
      }`,
  });
  const mesh = new Mesh(geometry, material);
  mesh.frustumCulled = false;
  return mesh;
}

interface DotOptions {
  cue: Cue;
  copies: readonly Copy[];
  /** GLSL: `vec4 spot(vec4 place, vec4 trait)`: xyz in space, w radius as a share of the picture's height. */
  spot: string;
  /** True: xy of a spot is a place on the picture, −1 to 1 on both sides. */
  flat?: boolean;
  /** GLSL: `vec3 shine(vec4 trait, float depth)`: colour and strength of the light. */
  shine: string;
  /** GLSL expression of `away`, 0 at the centre to 1 at the edge: how bright the spot is there, on the screen's scale. */
  profile?: string;
  uniforms?: Record<string, IUniform>;
}

/** Round soft lights in space that face the eye. */
export function dots(options: DotOptions): Mesh<BufferGeometry, RawShaderMaterial> {
  const corners = new Float32Array([-1, -1, 0, 1, -1, 0, -1, 1, 0, 1, 1, 0]);
  const geometry = repeated(options.copies, [0, 1, 2, 2, 1, 3], { position: corners });
  const material = new RawShaderMaterial({
    ...lights,
    uniforms: { ...options.cue.uniforms, ...options.uniforms, aspect: aspectUniform },
    vertexShader: `
      precision highp float;
      ${cueDeclarations}
      uniform mat4 projectionMatrix, modelViewMatrix;
      uniform float aspect;
      in vec3 position; in vec4 place; in vec4 trait;
      out vec2 vAt; out vec3 vLight;
      ${screen}
      ${options.spot}
      ${options.shine}
      void main() {
        vec4 s = spot(place, trait);
        vec4 clip = ${options.flat ? 'vec4(s.xy, 0.0, 1.0)' : 'projectionMatrix * modelViewMatrix * vec4(s.xyz, 1.0)'};
        float near = ${options.flat ? '1.0' : '6.0 / max(clip.w, 0.3)'};
        clip.xy += position.xy / vec2(aspect, 1.0) * s.w * 2.0 * near * clip.w;
        vAt = position.xy;
        vLight = onScreen(shine(trait, clip.w));
        gl_Position = clip;
      }`,
    fragmentShader: `
      precision highp float;
      in vec2 vAt; in vec3 vLight;
      out vec4 result;
      void main() {
        float away = min(length(vAt), 1.0);
        result = vec4(vLight * (${options.profile ?? '(1.0 - away) * (1.0 - away) * (1.0 + away)'}), 1.0);
      }`,
  });
  const mesh = new Mesh(geometry, material);
  mesh.frustumCulled = false;
  return mesh;
}

/**
 * Sets a camera that sways slowly, so that depth shows. A figure of radius 1 about the origin fits the shorter side.
 * @param sway how far the eye wanders, in units of the figure's radius
 * @param reach radius that must fit
 */
export function eye(camera: PerspectiveCamera, input: SceneInput, aspect: number, sway: number, reach = 1.12): void {
  sight(camera, aspect, 30);
  const t = input.time;
  const half = Math.tan(Math.PI / 12);
  const distance = reach / (half * Math.min(1, aspect));
  camera.position.set(sway * Math.sin(t * 0.11), sway * 0.7 * Math.sin(t * 0.083 + 1.3), distance);
  camera.lookAt(0, 0, 0);
}

/** Sets what the camera sees: `fov` is the height of its field in degrees. */
export function sight(camera: PerspectiveCamera, aspect: number, fov: number): void {
  aspectUniform.value = aspect;
  camera.aspect = aspect;
  camera.fov = fov;
  camera.updateProjectionMatrix();
}

export function newEye(): PerspectiveCamera {
  return new PerspectiveCamera(30, 1, 0.05, 100);
}

/**
 * One geometry with a figure's points once for each copy, and the copy's place and trait at each point. Plainly written
 * out: instanced drawing costs software renderers as much for each copy as a draw of its own.
 * @param figure attributes of three numbers a point
 */
function repeated(
  copies: readonly Copy[],
  index: readonly number[],
  figure: Record<string, Float32Array>,
): BufferGeometry {
  const geometry = new BufferGeometry();
  const points = (figure.position as Float32Array).length / 3;
  for (const [name, values] of Object.entries(figure)) {
    const all = new Float32Array(values.length * copies.length);
    copies.forEach((_, i) => {
      all.set(values, i * values.length);
    });
    geometry.setAttribute(name, new BufferAttribute(all, 3));
  }
  const place = new Float32Array(copies.length * points * 4);
  const trait = new Float32Array(copies.length * points * 4);
  copies.forEach((copy, i) => {
    for (let point = 0; point < points; point++) {
      place.set([...copy.at, copy.size], (i * points + point) * 4);
      trait.set(copy.trait, (i * points + point) * 4);
    }
  });
  geometry.setAttribute('place', new BufferAttribute(place, 4));
  geometry.setAttribute('trait', new BufferAttribute(trait, 4));
  geometry.setIndex(copies.flatMap((_, i) => index.map((point) => point + i * points)));
  return geometry;
}

const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/**
 * Stars that stand still above a height, each with its own slow flicker.
 * @param lowest share of the half height below which there are none
 */
export function stars(cue: Cue, count: number, lowest: number): Mesh<BufferGeometry, RawShaderMaterial> {
  const copies = Array.from({ length: count }, (_, i): Copy => {
    const x = ((i * 0.7548776662) % 1) * 2 - 1;
    const y = lowest + (1 - lowest) * ((i * 0.569840291 + 0.13) % 1) ** 0.8;
    return { at: [x, y, 0], size: 1, trait: [(i * 0.618) % 1, y - lowest, 0, 0] };
  });
  const mesh = dots({
    cue,
    copies,
    spot: 'vec4 spot(vec4 place, vec4 trait) { return vec4(place.xyz, 0.0018 + 0.0022 * trait.x * trait.x); }',
    flat: true,
    shine: `vec3 shine(vec4 trait, float depth) {
      float flicker = 0.62 + 0.38 * sin(time * (0.25 + 0.3 * trait.x) + trait.x * 60.0);
      vec3 c = mix(vec3(0.75), trait.x > 0.5 ? hueA : hueB, 0.35);
      return c * (0.05 + 0.4 * trait.x * trait.x) * flicker * smoothstep(0.0, 0.2, trait.y);
    }`,
  });
  return mesh;
}

/** A dark shape between an upper and a lower edge of equally many points: it hides the haze behind it. */
export function shadow(upper: readonly Point[], lower: readonly Point[]): Mesh<BufferGeometry, RawShaderMaterial> {
  const geometry = new BufferGeometry();
  const points = upper.flatMap((point, i) => [...point, ...(lower[i] as Point)]);
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(points), 3));
  geometry.setIndex(upper.slice(1).flatMap((_, i) => [2 * i, 2 * i + 1, 2 * i + 2, 2 * i + 2, 2 * i + 1, 2 * i + 3]));
  const mesh = new Mesh(
    geometry,
    new RawShaderMaterial({
      ...lights,
      blendDst: ZeroFactor,
      blendSrcAlpha: OneFactor,
      blendDstAlpha: ZeroFactor,
      vertexShader: `precision highp float;
        uniform mat4 projectionMatrix, modelViewMatrix;
        in vec3 position;
        void main() { gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0); }`,
      fragmentShader: `precision highp float;
        out vec4 result;
        void main() { result = vec4(0.0, 0.0, 0.0, 0.96); }`,
    }),
  );
  mesh.frustumCulled = false;
  return mesh;
}

/**
 * Puts drawings together as a scene.
 * @param haze soft light behind them, from `backdrop`
 * @param each called before every picture, for what the cue does not do
 */
export function assemble(
  cue: Cue,
  camera: PerspectiveCamera,
  haze: Mesh<BufferGeometry, RawShaderMaterial>,
  drawings: readonly Mesh<BufferGeometry, RawShaderMaterial>[],
  each: (input: SceneInput, aspect: number) => void,
): Scene {
  const root = new Root();
  if (drawings.length > 0) root.add(...drawings);
  const soft = new Root();
  soft.add(haze);
  return {
    root,
    haze: soft,
    camera,
    update(input, aspect) {
      cue.update(input);
      each(input, aspect);
    },
    dispose() {
      for (const drawing of [haze, ...drawings]) {
        drawing.geometry.dispose();
        drawing.material.dispose();
      }
    },
  };
}
