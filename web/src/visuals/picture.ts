/**
 * One stage's picture: scene, glow, tone, governor, and last the central disc. All of it in linear light until the
 * last draw, which writes sRGB.
 */
import { Color, type IUniform, type Texture, Vector2, type WebGLRenderer, type WebGLRenderTarget } from 'three';
import { Governor, lightFunctions, lightTarget } from './governor.ts';
import { Pass } from './pass.ts';
import type { Scene, SceneInput } from './scene.ts';

/** Share of the picture's shorter side that the central disc's radius takes, soft edge included. */
const discShare = 0.085;
/**
 * Largest radius of the disc in CSS pixels: 56 px are 9,852 square pixels, 11 % of the 341 by 256 px field of
 * WCAG 2.3.1, whose limit is 25 %.
 */
const discLargest = 56;

export class Picture {
  readonly governor = new Governor();
  #width = 0;
  #height = 0;
  #cssPerPixel = 1;
  #raw: WebGLRenderTarget | null = null;
  #toned: WebGLRenderTarget | null = null;
  #glow: WebGLRenderTarget[] = [];
  readonly #colour = new Color();
  readonly #uniforms = {
    source: { value: null } as IUniform<Texture | null>,
    below: { value: null } as IUniform<Texture | null>,
    glow: { value: null } as IUniform<Texture | null>,
    texel: { value: new Vector2() },
    exposure: { value: 1 },
    aspect: { value: 1 },
    size: { value: new Vector2() },
    disc: { value: 0 },
    discRadius: { value: 0 },
    discColour: { value: new Color() },
  };
  readonly #shrink: Pass;
  readonly #grow: Pass;
  readonly #tone: Pass;
  readonly #present: Pass;

  constructor() {
    const u = this.#uniforms;
    this.#shrink = new Pass(
      `uniform sampler2D source; uniform vec2 texel;
       void main() {
         vec3 sum = texture(source, uv + texel * vec2(-1.0, -1.0)).rgb + texture(source, uv + texel * vec2(1.0, -1.0)).rgb
           + texture(source, uv + texel * vec2(-1.0, 1.0)).rgb + texture(source, uv + texel * vec2(1.0, 1.0)).rgb;
         result = vec4(min(sum * 0.25, vec3(8.0)), 1.0);
       }`,
      u,
    );
    this.#grow = new Pass(
      `uniform sampler2D source, below; uniform vec2 texel;
       void main() {
         vec3 wide = texture(below, uv + texel * vec2(-0.5, -0.5)).rgb + texture(below, uv + texel * vec2(0.5, -0.5)).rgb
           + texture(below, uv + texel * vec2(-0.5, 0.5)).rgb + texture(below, uv + texel * vec2(0.5, 0.5)).rgb;
         result = vec4(texture(source, uv).rgb * 0.5 + wide * 0.2, 1.0);
       }`,
      u,
    );
    this.#tone = new Pass(
      `uniform sampler2D source, glow; uniform float exposure, aspect;
       ${lightFunctions}
       void main() {
         vec3 c = max(texture(source, uv).rgb, vec3(0.0)) + texture(glow, uv).rgb * 0.55;
         vec2 p = (uv - 0.5) * vec2(min(aspect, 1.6), 1.0);
         c *= exposure * (1.0 - 0.42 * smoothstep(0.2, 1.0, dot(p, p) * 2.2));
         // A shoulder that keeps the hue: highlights lean to white only near the top.
         float peak = max(max(c.r, c.g), max(c.b, 1e-5));
         float toned = peak / (1.0 + peak);
         c *= toned / peak;
         c = mix(c, vec3(toned), smoothstep(0.45, 1.0, toned) * 0.45);
         result = vec4(calmRed(c), 1.0);
       }`,
      u,
    );
    this.#present = new Pass(
      `uniform sampler2D source; uniform vec2 size; uniform float disc, discRadius; uniform vec3 discColour;
       void main() {
         vec3 c = texture(source, uv).rgb;
         float away = length((uv - 0.5) * size);
         if (away < discRadius) {
           float edge = 1.0 - smoothstep(discRadius * 0.72, discRadius, away);
           c = mix(c, discColour * (0.55 + 0.45 * (1.0 - away / discRadius)) * disc, edge * 0.92);
         }
         c = mix(c * 12.92, 1.055 * pow(max(c, vec3(0.0031308)), vec3(1.0 / 2.4)) - 0.055, step(vec3(0.0031308), c));
         // Dither that stands still: half a step of the 8-bit scale, so that dark slopes do not band.
         float grain = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715)))) - 0.5;
         result = vec4(c + grain / 255.0, 1.0);
       }`,
      u,
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
    this.#raw = lightTarget(width, height);
    this.#toned = lightTarget(width, height);
    this.#glow = [4, 8, 16, 32].map((by) => lightTarget(Math.ceil(width / by), Math.ceil(height / by)));
    this.governor.resize(renderer, width, height, cssPerPixel > 1.5);
  }

  /**
   * Draws one instant into the canvas, at its lower left corner.
   * @param seconds since this picture was last drawn, for the governor
   */
  draw(renderer: WebGLRenderer, scene: Scene, input: SceneInput, seconds: number): void {
    const raw = this.#raw;
    const toned = this.#toned;
    if (!raw || !toned) throw new Error('Picture: draw was called before resize');
    const u = this.#uniforms;
    const aspect = this.#width / this.#height;
    scene.update(input, aspect);
    renderer.setRenderTarget(raw);
    renderer.setClearColor(0x000000, 1);
    renderer.clear(true, false, false);
    renderer.render(scene.root, scene.camera);
    this.#drawGlow(renderer, raw);
    u.source.value = raw.texture;
    u.glow.value = this.#glow[0]?.texture ?? null;
    u.exposure.value = 0.35 + 0.65 * input.intensity;
    u.aspect.value = aspect;
    this.#tone.draw(renderer, toned);
    u.source.value = this.governor.apply(renderer, toned.texture, seconds);
    this.#setDisc(input);
    this.show(renderer);
  }

  /** The image that was last let through, drawn once more. */
  show(renderer: WebGLRenderer): void {
    renderer.setRenderTarget(null);
    renderer.setViewport(0, 0, this.#width, this.#height);
    this.#present.draw(renderer, null);
  }

  #drawGlow(renderer: WebGLRenderer, raw: WebGLRenderTarget): void {
    const u = this.#uniforms;
    let from = raw;
    for (const to of this.#glow) {
      u.source.value = from.texture;
      u.texel.value.set(1 / from.width, 1 / from.height);
      this.#shrink.draw(renderer, to);
      from = to;
    }
    for (let level = this.#glow.length - 2; level >= 0; level--) {
      // Reading and writing one texture is undefined in GL, so each level grows into a target of its own.
      const own = this.#glow[level] as WebGLRenderTarget;
      const below = this.#glow[level + 1] as WebGLRenderTarget;
      const grown = this.#grown(level, own);
      u.source.value = own.texture;
      u.below.value = below.texture;
      u.texel.value.set(1 / below.width, 1 / below.height);
      this.#grow.draw(renderer, grown);
      this.#glow[level] = grown;
      this.#spare[level] = own;
    }
  }

  #spare: WebGLRenderTarget[] = [];

  #grown(level: number, like: WebGLRenderTarget): WebGLRenderTarget {
    return this.#spare[level] ?? lightTarget(like.width, like.height);
  }

  /** The central disc is the photic stimulus proper: small, steady in size, never saturated red. */
  #setDisc(input: SceneInput): void {
    const u = this.#uniforms;
    const beats = !input.reducedMotion && input.beatHz > 0;
    u.size.value.set(this.#width, this.#height);
    const largest = Math.min(discShare * Math.min(this.#width, this.#height), discLargest / this.#cssPerPixel);
    const swell = 0.5 + 0.5 * Math.cos(2 * Math.PI * input.beatPhase);
    const strength = input.level * input.intensity;
    u.discRadius.value = beats && strength > 0 ? largest : 0;
    u.disc.value = (0.06 + 0.5 * swell) * strength;
    // Half way to white keeps R / (R + G + B) at two thirds or less for every hue.
    u.discColour.value.copy(this.#colour.set(input.phaseColour)).lerp(this.#colour.setRGB(1, 1, 1), 0.5);
  }

  #freeTargets(): void {
    for (const target of [this.#raw, this.#toned, ...this.#glow, ...this.#spare]) target?.dispose();
    this.#spare = [];
    this.#glow = [];
  }

  dispose(): void {
    this.#freeTargets();
    this.governor.dispose();
    for (const pass of [this.#shrink, this.#grow, this.#tone, this.#present]) pass.dispose();
  }
}
