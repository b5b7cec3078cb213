/**
 * The governor: makes the final image safe whatever a scene draws. It compares each new image with the one that was
 * shown before and lets through only as much change as is safe, by blending the new image over the old one.
 *
 * What it holds to (WCAG 2.3.1: a general flash is a pair of opposing changes of at least 0.1 in relative luminance,
 * three in any second are the limit; the extended broadcast rule already fails two a second kept up):
 * - The picture is measured in cells of a few pixels, and in tiles of 8 by 8 cells. Where a tile is *held*, each of
 *   its cells changes by at most `cellSlewPerSecond`: at 2 Hz and more that is a swing of at most 0.06, and no cell
 *   can reach two flashes a second.
 * - A tile is held while its mean luminance would change by more than about 0.04 against what is shown: that catches
 *   every flash that fills a tile, from its first frame.
 * - A tile is held while more than about an eighth of its cells are *restless*: the scene has turned their luminance
 *   round, by `turnDepth` or more, three times within about a second. That catches flicker finer than a tile. Lines
 *   that move through a cell turn it round twice and pass.
 * - The mean luminance of the whole field changes by at most `fieldSlewPerSecond`: at 2 Hz a swing of 0.05.
 * - No colour is a saturated red (R / (R + G + B) of 0.8 or more): see `calmRed`. Without that state there is no red
 *   flash by definition.
 *
 * It needs nothing from the scene, so changes of scene, beat frequency or level are bound in the same way.
 *
 * The shown image is kept in 8 bits of sRGB. Steps below one of its levels would be lost, so a held cell saves up its
 * share of change and takes it in steps of `stepSize`.
 */
import {
  CustomBlending,
  HalfFloatType,
  type IUniform,
  LinearFilter,
  NearestFilter,
  NoBlending,
  OneFactor,
  OneMinusSrcAlphaFactor,
  RGBAFormat,
  SrcAlphaFactor,
  type Texture,
  type TextureDataType,
  UnsignedByteType,
  Vector2,
  type WebGLRenderer,
  WebGLRenderTarget,
  ZeroFactor,
} from 'three';
import { Pass } from './pass.ts';

export const cellSlewPerSecond = 0.24;
export const fieldSlewPerSecond = 0.2;
/** Seconds between two images that count: a held cell then changes by no more than 0.06 at once. */
export const longestGap = 0.25;
const turnDepth = 0.08;
const turnMemorySeconds = 1.2;
const restlessTurns = 2.5;
const stepSize = 0.012;
const tileCells = 8;

/** GLSL: light of screen values and back, relative luminance (WCAG 2.x), and reds that are never saturated. */
export const lightFunctions = `
// Cubic fit of the sRGB curve (largest error 0.003).
vec3 toLight(vec3 v) { return v * (v * (v * 0.305306011 + 0.682171111) + 0.012522878); }
vec3 toScreen(vec3 c) { return max(1.055 * pow(max(c, vec3(0.0)), vec3(0.416666667)) - 0.055, vec3(0.0)); }
float luminance(vec3 c) { return dot(c, vec3(0.2126, 0.7152, 0.0722)); }
// Screen values with red at most 1.45 times the next channel: R / (R + G + B) is then at most 0.7 in linear light.
vec3 calmRed(vec3 v) {
  float over = max(v.r * 0.69 - max(v.g, v.b), 0.0);
  return v + over * vec3(-0.3, 0.8, 0.5);
}`;

/** A target without depth. */
export function target(width: number, height: number, type: TextureDataType, smooth: boolean): WebGLRenderTarget {
  const filter = smooth ? LinearFilter : NearestFilter;
  return new WebGLRenderTarget(width, height, {
    type,
    format: RGBAFormat,
    minFilter: filter,
    magFilter: filter,
    depthBuffer: false,
    generateMipmaps: false,
  });
}

interface Grid {
  /**
   * x: luminance asked for, y: luminance shown, z: luminance at the last turn, plus 2 while rising, w: turns lately.
   * Two, for before and after.
   */
  cells: [WebGLRenderTarget, WebGLRenderTarget];
  /** x: how much of the new image the cell takes, y: what that does to its luminance, w: change saved up. */
  shares: [WebGLRenderTarget, WebGLRenderTarget];
  tiles: [WebGLRenderTarget, WebGLRenderTarget];
  field: WebGLRenderTarget;
  /** Colour of the soft part of the image, and in alpha the share of change let through. */
  soft: WebGLRenderTarget;
  /** The shown image: 8-bit sRGB. */
  shown: WebGLRenderTarget;
}

export class Governor {
  readonly #uniforms = {
    sharp: { value: null } as IUniform<Texture | null>,
    haze: { value: null } as IUniform<Texture | null>,
    shown: { value: null } as IUniform<Texture | null>,
    cells: { value: null } as IUniform<Texture | null>,
    before: { value: null } as IUniform<Texture | null>,
    shares: { value: null } as IUniform<Texture | null>,
    tiles: { value: null } as IUniform<Texture | null>,
    field: { value: null } as IUniform<Texture | null>,
    soft: { value: null } as IUniform<Texture | null>,
    pixel: { value: new Vector2() },
    grid: { value: new Vector2() },
    taps: { value: 2 },
    presence: { value: 1 },
    dt: { value: 1 / 60 },
    fresh: { value: 1 },
  };
  readonly #measure: Pass;
  readonly #tile: Pass;
  readonly #spread: Pass;
  readonly #hold: Pass;
  readonly #tileChange: Pass;
  readonly #fieldChange: Pass;
  readonly #allow: Pass;
  readonly #blend: Pass;
  readonly #copy: Pass;
  #grid: Grid | null = null;
  #flip: 0 | 1 = 0;

  constructor() {
    const u = this.#uniforms;
    this.#measure = new Pass(
      `uniform sampler2D sharp, haze, shown, cells;
       uniform vec2 pixel; uniform int taps; uniform float dt, fresh, presence;
       ${lightFunctions}
       void main() {
         ivec2 at = ivec2(gl_FragCoord.xy);
         vec3 under = texelFetch(haze, at, 0).rgb;
         float wish = 0.0, now = 0.0;
         vec2 corner = floor(gl_FragCoord.xy) * float(taps) * 2.0 + 1.0;
         for (int j = 0; j < taps; j++) for (int i = 0; i < taps; i++) {
           // A tap between four pixels reads their mean.
           vec2 spot = (corner + vec2(i, j) * 2.0) * pixel;
           vec4 over = texture(sharp, spot);
           wish += luminance(toLight(calmRed(min(over.rgb + under * (1.0 - over.a), vec3(1.0)) * presence)));
           now += luminance(toLight(texture(shown, spot).rgb));
         }
         float share = 1.0 / float(taps * taps);
         wish *= share;
         now *= share;
         vec4 before = texelFetch(cells, at, 0);
         float rising = step(1.5, before.z), turn = before.z - 2.0 * rising, turns = before.w;
         if (fresh > 0.5) { rising = 1.0; turn = now; turns = 0.0; }
         turns *= exp(-dt / ${turnMemorySeconds.toFixed(2)});
         float back = (turn - wish) * (2.0 * rising - 1.0);
         if (back <= 0.0) turn = wish;
         else if (back >= ${turnDepth.toFixed(2)}) { turns += 1.0; rising = 1.0 - rising; turn = wish; }
         result = vec4(wish, now, turn + 2.0 * rising, turns);
       }`,
      u,
    );
    // Per tile, how firmly it is held.
    this.#tile = new Pass(
      `uniform sampler2D cells;
       void main() {
         ivec2 size = textureSize(cells, 0), corner = ivec2(gl_FragCoord.xy) * ${tileCells};
         float restless = 0.0, change = 0.0, count = 0.0;
         for (int j = 0; j < ${tileCells}; j++) for (int i = 0; i < ${tileCells}; i++) {
           ivec2 at = corner + ivec2(i, j);
           if (at.x < size.x && at.y < size.y) {
             vec4 cell = texelFetch(cells, at, 0);
             restless += step(${restlessTurns.toFixed(2)}, cell.w);
             change += cell.x - cell.y;
             count += 1.0;
           }
         }
         count = max(count, 1.0);
         result = vec4(max(smoothstep(0.07, 0.14, restless / count), smoothstep(0.025, 0.05, abs(change) / count)));
       }`,
      u,
    );
    // Tiles next to a held one are held with it.
    this.#spread = new Pass(
      `uniform sampler2D tiles;
       void main() {
         ivec2 at = ivec2(gl_FragCoord.xy), last = textureSize(tiles, 0) - 1;
         float held = 0.0;
         for (int j = -1; j <= 1; j++) for (int i = -1; i <= 1; i++)
           held = max(held, texelFetch(tiles, clamp(at + ivec2(i, j), ivec2(0), last), 0).x);
         result = vec4(held);
       }`,
      u,
    );
    // How much of the new image each cell may take, and what that does to its luminance.
    this.#hold = new Pass(
      `uniform sampler2D cells, tiles, before; uniform float dt, fresh;
       void main() {
         ivec2 at = ivec2(gl_FragCoord.xy);
         vec4 cell = texelFetch(cells, at, 0);
         float held = texelFetch(tiles, at / ${tileCells}, 0).x;
         float slew = ${cellSlewPerSecond.toFixed(3)} * dt;
         float saved = min(texelFetch(before, at, 0).w * (1.0 - fresh), ${stepSize.toFixed(3)}) + slew;
         float change = cell.x - cell.y, size = abs(change);
         // The blend is of screen values: the share of the way on their scale that changes the light by this much.
         vec3 scale = sqrt(vec3(cell.y, cell.x, max(cell.y + sign(change) * saved, 0.0)));
         float part = min(abs(scale.z - scale.x) / max(abs(scale.y - scale.x), 1e-4), 1.0);
         float safe = size <= saved ? 1.0 : saved >= ${stepSize.toFixed(3)} ? part : 0.0;
         float left = size <= saved ? saved - size : saved >= ${stepSize.toFixed(3)} ? 0.0 : saved;
         float take = mix(1.0, safe, held);
         result = vec4(take, take * change, held, left);
       }`,
      u,
    );
    this.#tileChange = new Pass(
      `uniform sampler2D shares;
       void main() {
         ivec2 size = textureSize(shares, 0), corner = ivec2(gl_FragCoord.xy) * ${tileCells};
         float sum = 0.0;
         for (int j = 0; j < ${tileCells}; j++) for (int i = 0; i < ${tileCells}; i++) {
           ivec2 at = corner + ivec2(i, j);
           if (at.x < size.x && at.y < size.y) sum += texelFetch(shares, at, 0).y;
         }
         result = vec4(sum);
       }`,
      u,
    );
    // One pixel: the share of the change that the whole field may take.
    this.#fieldChange = new Pass(
      `uniform sampler2D tiles, shares; uniform float dt;
       void main() {
         ivec2 size = textureSize(tiles, 0), cells = textureSize(shares, 0);
         float sum = 0.0;
         for (int j = 0; j < size.y; j++) for (int i = 0; i < size.x; i++) sum += texelFetch(tiles, ivec2(i, j), 0).x;
         float change = abs(sum) / float(cells.x * cells.y);
         result = vec4(min(1.0, ${fieldSlewPerSecond.toFixed(3)} * dt / max(change, 1e-6)));
       }`,
      u,
    );
    this.#allow = new Pass(
      `uniform sampler2D haze, shares, field;
       void main() {
         ivec2 at = ivec2(gl_FragCoord.xy);
         float take = texelFetch(shares, at, 0).x * texelFetch(field, ivec2(0), 0).x;
         result = vec4(texelFetch(haze, at, 0).rgb, take);
       }`,
      u,
    );
    this.#blend = new Pass(
      `uniform sampler2D sharp, soft; uniform vec2 grid; uniform float presence;
       ${lightFunctions}
       void main() {
         vec4 under = texture(soft, gl_FragCoord.xy * grid);
         vec4 over = texelFetch(sharp, ivec2(gl_FragCoord.xy), 0);
         vec3 v = calmRed(min(over.rgb + under.rgb * (1.0 - over.a), vec3(1.0)) * presence);
         // Dither that stands still: dark slopes do not band, and still pictures stay still.
         float grain = fract(dot(gl_FragCoord.xy, vec2(0.754877666, 0.569840291))) - 0.5;
         result = vec4(v + grain / 255.0, under.a);
       }`,
      u,
      // The shown image stays opaque.
      {
        blending: CustomBlending,
        blendSrc: SrcAlphaFactor,
        blendDst: OneMinusSrcAlphaFactor,
        blendSrcAlpha: ZeroFactor,
        blendDstAlpha: OneFactor,
      },
    );
    this.#copy = new Pass('uniform sampler2D shown; void main() { result = texture(shown, uv); }', u, {
      blending: NoBlending,
    });
  }

  /** The image to show, 8-bit sRGB; null before the first `resize`. */
  get shown(): WebGLRenderTarget | null {
    return this.#grid?.shown ?? null;
  }

  /**
   * Sets the size of the image. What is shown is carried over, so that a change of size is no way round the limits.
   * @param cell width and height of a cell in pixels, 2 or 4
   */
  resize(renderer: WebGLRenderer, width: number, height: number, cell: 2 | 4): void {
    const before = this.#grid;
    const columns = Math.ceil(width / cell);
    const rows = Math.ceil(height / cell);
    const tiles = [Math.ceil(columns / tileCells), Math.ceil(rows / tileCells)] as const;
    const grid: Grid = {
      cells: [target(columns, rows, HalfFloatType, false), target(columns, rows, HalfFloatType, false)],
      shares: [target(columns, rows, HalfFloatType, false), target(columns, rows, HalfFloatType, false)],
      tiles: [target(...tiles, HalfFloatType, false), target(...tiles, HalfFloatType, false)],
      field: target(1, 1, HalfFloatType, false),
      soft: target(columns, rows, UnsignedByteType, true),
      shown: target(width, height, UnsignedByteType, true),
    };
    this.#uniforms.pixel.value.set(1 / width, 1 / height);
    this.#uniforms.grid.value.set(1 / (columns * cell), 1 / (rows * cell));
    this.#uniforms.taps.value = cell / 2;
    this.#grid = grid;
    if (before) {
      this.#uniforms.shown.value = before.shown.texture;
      this.#copy.draw(renderer, grid.shown);
      this.#uniforms.shown.value = before.cells[this.#flip].texture;
      this.#copy.draw(renderer, grid.cells[0]);
      this.#uniforms.shown.value = before.shares[this.#flip].texture;
      this.#copy.draw(renderer, grid.shares[0]);
      freeGrid(before);
      this.#flip = 0;
    } else this.black(renderer);
  }

  /**
   * Takes the scene's image in its two parts, whose sum it is, and changes the shown image towards it.
   * @param sharp screen values at the full size; alpha is the share of the haze that it hides
   * @param haze screen values, one pixel a cell
   * @param presence 0 (black) to 1: how far the image has faded in
   * @param seconds since the last image; gaps count up to `longestGap`
   */
  apply(renderer: WebGLRenderer, sharp: Texture, haze: Texture, presence: number, seconds: number): void {
    const grid = this.#grid;
    if (!grid) throw new Error('Governor: apply was called before resize');
    const u = this.#uniforms;
    const from = this.#flip;
    const to = from === 0 ? 1 : 0;
    u.dt.value = Math.min(Math.max(seconds, 0), longestGap);
    u.presence.value = presence;
    u.sharp.value = sharp;
    u.haze.value = haze;
    u.shown.value = grid.shown.texture;
    u.cells.value = grid.cells[from].texture;
    u.before.value = grid.shares[from].texture;
    this.#measure.draw(renderer, grid.cells[to]);
    u.cells.value = grid.cells[to].texture;
    this.#tile.draw(renderer, grid.tiles[0]);
    u.tiles.value = grid.tiles[0].texture;
    this.#spread.draw(renderer, grid.tiles[1]);
    u.tiles.value = grid.tiles[1].texture;
    this.#hold.draw(renderer, grid.shares[to]);
    u.shares.value = grid.shares[to].texture;
    this.#tileChange.draw(renderer, grid.tiles[0]);
    u.tiles.value = grid.tiles[0].texture;
    this.#fieldChange.draw(renderer, grid.field);
    u.field.value = grid.field.texture;
    this.#allow.draw(renderer, grid.soft);
    u.soft.value = grid.soft.texture;
    this.#blend.draw(renderer, grid.shown);
    u.fresh.value = 0;
    this.#flip = to;
  }

  /** Shows black and starts from it. For the emergency stop and for lost contexts. */
  black(renderer: WebGLRenderer): void {
    this.#uniforms.fresh.value = 1;
    if (!this.#grid) return;
    renderer.setClearColor(0x000000, 1);
    renderer.setRenderTarget(this.#grid.shown);
    renderer.clear(true, false, false);
  }

  dispose(): void {
    if (this.#grid) freeGrid(this.#grid);
    this.#grid = null;
    for (const pass of [
      this.#measure,
      this.#tile,
      this.#spread,
      this.#hold,
      this.#tileChange,
      this.#fieldChange,
      this.#allow,
      this.#blend,
      this.#copy,
    ])
      pass.dispose();
  }
}

function freeGrid(grid: Grid): void {
  for (const one of [...grid.cells, ...grid.shares, ...grid.tiles, grid.field, grid.soft, grid.shown]) one.dispose();
}
