/**
 * One stage's picture. The scene comes in two parts: `root`, sharp lights drawn at the full size, and `haze`, soft
 * light drawn at the size of the governor's cells. The sharp part's glow joins the haze, the governor makes the image
 * that may be shown, and last comes the central disc.
 */
import {
  Color,
  CustomBlending,
  HalfFloatType,
  type IUniform,
  OneFactor,
  OneMinusSrcAlphaFactor,
  type Texture,
  UnsignedByteType,
  Vector2,
  type WebGLRenderer,
  type WebGLRenderTarget,
  ZeroFactor,
} from 'three';
import { exposureOf } from './cue.ts';
import { Governor, lightFunctions, longestGap, target } from './governor.ts';
import { Pass } from './pass.ts';
import type { Scene, SceneInput } from './scene.ts';

/** Share of the picture's shorter side that the central disc's radius takes, soft edge included. */
const discShare = 0.07;
/**
 * Largest radius of the disc in CSS pixels: 56 px are 9,852 square pixels, 11 % of the 341 by 256 px field of
 * WCAG 2.3.1, whose limit is 25 %.
 */
const discLargest = 56;
const white = new Color(1, 1, 1);
/**
 * A scene comes up from black and goes back to it in so many seconds: slow enough that the governor has nothing to hold
 * back. What it holds back tears at the edges of its cells; a fade does not.
 */
const fadeInSeconds = 1.4;
const fadeOutSeconds = 0.5;

export class Picture {
  readonly governor = new Governor();
  #scene: Scene | null = null;
  /** Waits until the scene before has faded out. */
  #next: Scene | null = null;
  /** How far the scene has faded in, 0 to 1. */
  #presence = 0;
  #width = 0;
  #height = 0;
  #cssPerPixel = 1;
  #sharp: WebGLRenderTarget | null = null;
  #haze: WebGLRenderTarget | null = null;
  #soft: WebGLRenderTarget | null = null;
  /** Smaller and smaller copies of the sharp part, and the sums back up: the glow. */
  #down: WebGLRenderTarget[] = [];
  #up: WebGLRenderTarget[] = [];
  readonly #uniforms = {
    source: { value: null } as IUniform<Texture | null>,
    below: { value: null } as IUniform<Texture | null>,
    glow: { value: null } as IUniform<Texture | null>,
    near: { value: null } as IUniform<Texture | null>,
    texel: { value: new Vector2() },
    exposure: { value: 1 },
    aspect: { value: 1 },
    size: { value: new Vector2() },
    disc: { value: 0 },
    strength: { value: 0 },
    discRadius: { value: 0 },
    discColour: { value: new Color() },
  };
  readonly #first: Pass;
  readonly #shrink: Pass;
  readonly #grow: Pass;
  readonly #tone: Pass;
  readonly #disc: Pass;

  constructor() {
    const u = this.#uniforms;
    const four = `texture(source, uv + texel * vec2(-1.0, -1.0)).rgb + texture(source, uv + texel * vec2(1.0, -1.0)).rgb
           + texture(source, uv + texel * vec2(-1.0, 1.0)).rgb + texture(source, uv + texel * vec2(1.0, 1.0)).rgb`;
    this.#first = new Pass(
      `uniform sampler2D source; uniform vec2 texel;
       void main() { vec3 v = (${four}) * 0.25; result = vec4(v * v * 1.6 + v * 0.05, 1.0); }`,
      u,
    );
    this.#shrink = new Pass(
      `uniform sampler2D source; uniform vec2 texel; void main() { result = vec4((${four}) * 0.25, 1.0); }`,
      u,
    );
    this.#grow = new Pass(
      `uniform sampler2D source, below; uniform vec2 texel;
       void main() {
         vec3 wide = texture(below, uv + texel * vec2(-0.5, -0.5)).rgb + texture(below, uv + texel * vec2(0.5, -0.5)).rgb
           + texture(below, uv + texel * vec2(-0.5, 0.5)).rgb + texture(below, uv + texel * vec2(0.5, 0.5)).rgb;
         result = vec4(texelFetch(source, ivec2(gl_FragCoord.xy), 0).rgb * 0.5 + wide * 0.21, 1.0);
       }`,
      u,
    );
    this.#tone = new Pass(
      `uniform sampler2D source, near, glow; uniform float exposure, aspect;
       ${lightFunctions}
       void main() {
         ivec2 at = ivec2(gl_FragCoord.xy);
         // The last step of the glow's way back up is taken here: its finest level is as large as the haze.
         vec3 light = texelFetch(near, at, 0).rgb * 0.5 + texture(glow, uv).rgb * 0.84;
         vec3 c = max(texelFetch(source, at, 0).rgb, vec3(0.0)) * exposure + light * 0.6;
         vec2 p = (uv - 0.5) * vec2(min(aspect, 1.6), 1.0);
         c *= 1.0 - 0.45 * smoothstep(0.2, 1.0, dot(p, p) * 2.2);
         // A shoulder that keeps the hue.
         float peak = max(max(c.r, c.g), max(c.b, 1e-5));
         c *= 1.0 / (1.0 + peak);
         float grain = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715)))) - 0.5;
         result = vec4(toScreen(c) + grain / 255.0, 1.0);
       }`,
      u,
    );
    // A small moon: brightest in the middle, a fine steady limb, a soft border. What lies behind is dimmed, not hidden.
    this.#disc = new Pass(
      `uniform vec2 size; uniform float disc, discRadius, strength; uniform vec3 discColour;
       void main() {
         float away = length(gl_FragCoord.xy - 0.5 * size) / discRadius;
         float orb = 1.0 - smoothstep(0.66, 1.0, away);
         float limb = exp(-pow((away - 0.72) * 12.0, 2.0));
         float core = exp(-3.6 * away * away);
         vec3 light = discColour * (disc * (0.8 * core + 0.26 * orb) * orb + 0.05 * limb * strength);
         result = vec4(sqrt(light), 0.6 * orb);
       }`,
      u,
      {
        blending: CustomBlending,
        blendSrc: OneFactor,
        blendDst: OneMinusSrcAlphaFactor,
        blendSrcAlpha: ZeroFactor,
        blendDstAlpha: OneFactor,
      },
    );
  }

  get width(): number {
    return this.#width;
  }

  get height(): number {
    return this.#height;
  }

  /**
   * Sets the size of the picture in pixels.
   * @param cssPerPixel how many CSS pixels one pixel of the picture is wide on the screen
   */
  resize(renderer: WebGLRenderer, width: number, height: number, cssPerPixel: number): void {
    if (width === this.#width && height === this.#height && cssPerPixel === this.#cssPerPixel) return;
    this.#width = width;
    this.#height = height;
    this.#cssPerPixel = cssPerPixel;
    this.#freeTargets();
    const cell = cssPerPixel > 1.5 ? 2 : 4;
    const cells = [Math.ceil(width / cell), Math.ceil(height / cell)] as const;
    this.#sharp = target(width, height, UnsignedByteType, true);
    this.#haze = target(...cells, HalfFloatType, false);
    this.#soft = target(...cells, UnsignedByteType, false);
    const halves = (by: number) => target(Math.ceil(cells[0] / by), Math.ceil(cells[1] / by), HalfFloatType, true);
    this.#down = [1, 2, 4, 8].map(halves);
    this.#up = [2, 4].map(halves);
    this.governor.resize(renderer, width, height, cell);
  }

  /** Brings a scene on: the one before fades out, then this one fades in. The picture owns it and disposes of it. */
  show(scene: Scene): void {
    this.#next?.dispose();
    this.#next = scene;
    if (!this.#scene) this.#change();
  }

  /** Black from now on; what is drawn next fades in. */
  black(renderer: WebGLRenderer): void {
    this.#presence = 0;
    this.governor.black(renderer);
  }

  #change(): void {
    this.#scene?.dispose();
    this.#scene = this.#next;
    this.#next = null;
    this.#presence = 0;
  }

  #fade(seconds: number): void {
    const step = Math.min(Math.max(seconds, 0), longestGap);
    if (!this.#next) {
      this.#presence = Math.min(1, this.#presence + step / fadeInSeconds);
      return;
    }
    this.#presence -= step / fadeOutSeconds;
    if (this.#presence <= 0) this.#change();
  }

  /**
   * Draws one instant into `into`, or into the canvas at its lower left corner where that is null.
   * @param seconds since this picture was last drawn, for the governor and for fades
   */
  draw(renderer: WebGLRenderer, input: SceneInput, seconds: number, into: WebGLRenderTarget | null = null): void {
    const sharp = this.#sharp;
    const haze = this.#haze;
    const soft = this.#soft;
    if (!sharp || !haze || !soft) throw new Error('Picture: draw was called before resize');
    this.#fade(seconds);
    const scene = this.#scene;
    if (!scene) throw new Error('Picture: draw was called before show');
    const presence = this.#presence * this.#presence * (3 - 2 * this.#presence);
    const u = this.#uniforms;
    const aspect = this.#width / this.#height;
    scene.update(input, aspect);
    renderer.setClearColor(0x000000, 0);
    renderer.setRenderTarget(sharp);
    renderer.clear(true, false, false);
    renderer.render(scene.root, scene.camera);
    renderer.setRenderTarget(haze);
    renderer.render(scene.haze, scene.camera);
    this.#drawGlow(renderer, sharp);
    u.source.value = haze.texture;
    u.near.value = this.#down[0]?.texture ?? null;
    u.glow.value = this.#up[0]?.texture ?? null;
    u.exposure.value = exposureOf(input);
    u.aspect.value = aspect;
    this.#tone.draw(renderer, soft);
    this.governor.apply(renderer, sharp.texture, soft.texture, presence, seconds);
    this.#show(renderer, into);
    this.#drawDisc(renderer, input, presence, into);
  }

  /** Copies the shown image out. */
  #show(renderer: WebGLRenderer, into: WebGLRenderTarget | null): void {
    const gl = renderer.getContext() as WebGL2RenderingContext;
    renderer.setRenderTarget(this.governor.shown);
    const from = gl.getParameter(gl.DRAW_FRAMEBUFFER_BINDING) as WebGLFramebuffer | null;
    renderer.setRenderTarget(into);
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, from);
    gl.blitFramebuffer(
      ...[0, 0, this.#width, this.#height],
      ...[0, 0, this.#width, this.#height],
      gl.COLOR_BUFFER_BIT,
      gl.NEAREST,
    );
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null);
  }

  #drawGlow(renderer: WebGLRenderer, sharp: WebGLRenderTarget): void {
    const u = this.#uniforms;
    let from = sharp;
    for (const to of this.#down) {
      u.source.value = from.texture;
      u.texel.value.set(1 / from.width, 1 / from.height);
      (from === sharp ? this.#first : this.#shrink).draw(renderer, to);
      from = to;
    }
    for (let level = this.#up.length - 1; level >= 0; level--) {
      const to = this.#up[level] as WebGLRenderTarget;
      u.source.value = (this.#down[level + 1] as WebGLRenderTarget).texture;
      u.below.value = from.texture;
      u.texel.value.set(1 / from.width, 1 / from.height);
      this.#grow.draw(renderer, to);
      from = to;
    }
  }

  /** The central disc is the photic stimulus proper: small, steady in size, never saturated red. */
  #drawDisc(renderer: WebGLRenderer, input: SceneInput, presence: number, into: WebGLRenderTarget | null): void {
    const strength = input.level * input.intensity * presence;
    if (input.reducedMotion || !(input.beatHz > 0) || !(strength > 0)) return;
    const u = this.#uniforms;
    const radius = Math.min(discShare * Math.min(this.#width, this.#height), discLargest / this.#cssPerPixel);
    u.size.value.set(this.#width, this.#height);
    u.discRadius.value = radius;
    u.strength.value = strength;
    u.disc.value = (0.04 + 0.5 * (0.5 + 0.5 * Math.cos(2 * Math.PI * input.beatPhase))) * strength;
    // A third of white keeps R / (R + G + B) below 0.63 for every hue.
    u.discColour.value.set(input.phaseColour).lerp(white, 0.33);
    if (into) {
      this.#disc.draw(renderer, into);
      return;
    }
    // The hidden canvas may be larger than this picture: stay within the disc's own square.
    const box = [this.#width / 2 - radius, this.#height / 2 - radius, 2 * radius, 2 * radius].map(Math.round);
    renderer.setViewport(0, 0, this.#width, this.#height);
    renderer.setScissor(...(box as [number, number, number, number]));
    renderer.setScissorTest(true);
    this.#disc.draw(renderer, null);
    renderer.setScissorTest(false);
  }

  #freeTargets(): void {
    for (const one of [this.#sharp, this.#haze, this.#soft, ...this.#down, ...this.#up]) one?.dispose();
    this.#down = [];
    this.#up = [];
  }

  dispose(): void {
    this.#scene?.dispose();
    this.#next?.dispose();
    this.#scene = null;
    this.#next = null;
    this.#freeTargets();
    this.governor.dispose();
    for (const pass of [this.#first, this.#shrink, this.#grow, this.#tone, this.#disc]) pass.dispose();
  }
}
