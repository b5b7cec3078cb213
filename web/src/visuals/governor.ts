/**
 * The governor: makes the final image safe whatever a scene draws. It compares each new image with the image that was
 * shown before and lets through only as much change as is safe, by blending the two in linear light.
 *
 * What it holds to (WCAG 2.3.1: a general flash is a pair of opposing changes of at least 0.1 in relative luminance,
 * three in any second are the limit; the extended broadcast rule already fails two a second kept up):
 * - The picture is measured in cells of a few pixels. A cell is *restless* while the luminance that the scene asks
 *   for wanders more than `restlessTravel` with a memory of `memorySeconds`.
 * - A tile of 8 by 8 cells in which more than about an eighth of the cells is restless is held: its cells may change
 *   by at most `cellSlewPerSecond`. At 2 Hz and more that is a swing of at most 0.07, and no cell can reach two
 *   flashes a second. Tiles that stay below keep their movement: less than 14 % of any of them flashes.
 * - The mean luminance of the whole field may change by at most `fieldSlewPerSecond`: at 2 Hz a swing of 0.05.
 * - No colour is a saturated red (R / (R + G + B) of 0.8 or more): see `calmRed`. Without that state there is no red
 *   flash by definition. Blends of such colours stay such colours.
 *
 * It needs nothing from the scene, so changes of scene, beat frequency or level are bound in the same way.
 */
import {
  HalfFloatType,
  type IUniform,
  LinearFilter,
  NearestFilter,
  RGBAFormat,
  type Texture,
  Vector2,
  type WebGLRenderer,
  WebGLRenderTarget,
} from 'three';
import { Pass } from './pass.ts';

export const cellSlewPerSecond = 0.28;
export const fieldSlewPerSecond = 0.2;
export const restlessTravel = 0.1;
export const memorySeconds = 0.6;
/** Largest R / (R + G + B) in linear light that leaves the governor. */
export const redShare = 0.7;

/** GLSL: relative luminance (WCAG 2.x), and a red that is never saturated at the same luminance. */
export const lightFunctions = `
float luminance(vec3 c) { return dot(c, vec3(0.2126, 0.7152, 0.0722)); }
vec3 calmRed(vec3 c) {
  float sum = c.r + c.g + c.b;
  float over = c.r - ${redShare.toFixed(3)} * sum;
  if (over <= 0.0) return c;
  float y = luminance(c);
  return mix(c, vec3(y), over / (over + y * ${(3 * redShare - 1).toFixed(3)}));
}`;

const tileCells = 8;

/** An RGBA half-float target without depth, in linear light. */
export function lightTarget(width: number, height: number, smooth = true): WebGLRenderTarget {
  const filter = smooth ? LinearFilter : NearestFilter;
  return new WebGLRenderTarget(width, height, {
    type: HalfFloatType,
    format: RGBAFormat,
    minFilter: filter,
    magFilter: filter,
    depthBuffer: false,
    generateMipmaps: false,
  });
}

interface Grid {
  cells: [WebGLRenderTarget, WebGLRenderTarget];
  shares: WebGLRenderTarget;
  tiles: WebGLRenderTarget;
  field: WebGLRenderTarget;
  shown: [WebGLRenderTarget, WebGLRenderTarget];
}

export class Governor {
  readonly #uniforms = {
    candidate: { value: null } as IUniform<Texture | null>,
    previous: { value: null } as IUniform<Texture | null>,
    cells: { value: null } as IUniform<Texture | null>,
    shares: { value: null } as IUniform<Texture | null>,
    tiles: { value: null } as IUniform<Texture | null>,
    field: { value: null } as IUniform<Texture | null>,
    pixel: { value: new Vector2() },
    cellTaps: { value: 2 },
    dt: { value: 1 / 60 },
    fresh: { value: 1 },
  };
  readonly #measure: Pass;
  readonly #tile: Pass;
  readonly #hold: Pass;
  readonly #tileDelta: Pass;
  readonly #field: Pass;
  readonly #blend: Pass;
  readonly #copy: Pass;
  #grid: Grid | null = null;
  #flip: 0 | 1 = 0;

  constructor() {
    const u = this.#uniforms;
    // Per cell: what the scene asks for now, what is shown, and how far the scene's wish has wandered lately.
    this.#measure = new Pass(
      `uniform sampler2D candidate, previous, cells;
       uniform vec2 pixel; uniform int cellTaps; uniform float dt, fresh;
       ${lightFunctions}
       void main() {
         vec3 wanted = vec3(0.0), shown = vec3(0.0);
         vec2 corner = floor(gl_FragCoord.xy) * float(cellTaps) * 2.0;
         for (int j = 0; j < cellTaps; j++) for (int i = 0; i < cellTaps; i++) {
           // A tap between four pixels reads their mean.
           vec2 at = (corner + vec2(i, j) * 2.0 + 1.0) * pixel;
           wanted += texture(candidate, at).rgb;
           shown += texture(previous, at).rgb;
         }
         float share = 1.0 / float(cellTaps * cellTaps);
         float wish = luminance(wanted * share), now = luminance(shown * share);
         vec4 before = texelFetch(cells, ivec2(gl_FragCoord.xy), 0);
         float last = mix(before.x, now, fresh);
         float travel = before.z * (1.0 - fresh) * exp(-dt / ${memorySeconds.toFixed(3)}) + abs(wish - last);
         result = vec4(wish, now, travel, step(${restlessTravel.toFixed(3)}, travel));
       }`,
      u,
    );
    // Share of restless cells in each tile.
    this.#tile = new Pass(
      `uniform sampler2D cells;
       void main() {
         ivec2 size = textureSize(cells, 0);
         ivec2 corner = ivec2(gl_FragCoord.xy) * ${tileCells};
         float restless = 0.0, count = 0.0;
         for (int j = 0; j < ${tileCells}; j++) for (int i = 0; i < ${tileCells}; i++) {
           ivec2 at = corner + ivec2(i, j);
           if (at.x < size.x && at.y < size.y) { restless += texelFetch(cells, at, 0).w; count += 1.0; }
         }
         result = vec4(restless / max(count, 1.0));
       }`,
      u,
    );
    // How much of the new image each cell may take, and what that does to its luminance.
    this.#hold = new Pass(
      `uniform sampler2D cells, tiles; uniform float dt;
       void main() {
         ivec2 at = ivec2(gl_FragCoord.xy);
         vec4 cell = texelFetch(cells, at, 0);
         ivec2 last = textureSize(tiles, 0) - 1;
         float restless = 0.0;
         for (int j = -1; j <= 1; j++) for (int i = -1; i <= 1; i++)
           restless = max(restless, texelFetch(tiles, clamp(at / ${tileCells} + ivec2(i, j), ivec2(0), last), 0).x);
         float change = cell.x - cell.y;
         float safe = min(1.0, ${cellSlewPerSecond.toFixed(3)} * dt / max(abs(change), 1e-6));
         float take = mix(1.0, safe, smoothstep(0.07, 0.14, restless));
         result = vec4(take, take * change, 0.0, 0.0);
       }`,
      u,
    );
    this.#tileDelta = new Pass(
      `uniform sampler2D shares;
       void main() {
         ivec2 size = textureSize(shares, 0);
         ivec2 corner = ivec2(gl_FragCoord.xy) * ${tileCells};
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
    this.#field = new Pass(
      `uniform sampler2D tiles, shares; uniform float dt;
       void main() {
         ivec2 size = textureSize(tiles, 0);
         float sum = 0.0;
         for (int j = 0; j < size.y; j++) for (int i = 0; i < size.x; i++) sum += texelFetch(tiles, ivec2(i, j), 0).x;
         ivec2 cells = textureSize(shares, 0);
         float change = abs(sum) / float(cells.x * cells.y);
         result = vec4(min(1.0, ${fieldSlewPerSecond.toFixed(3)} * dt / max(change, 1e-6)));
       }`,
      u,
    );
    this.#blend = new Pass(
      `uniform sampler2D candidate, previous, shares, field; uniform vec2 pixel; uniform int cellTaps;
       void main() {
         vec3 wanted = texture(candidate, uv).rgb, shown = texture(previous, uv).rgb;
         vec2 cell = gl_FragCoord.xy / float(cellTaps * 2);
         vec2 size = vec2(textureSize(shares, 0));
         // Smooth between cells, but never more than the cell's own share.
         float take = min(texture(shares, cell / size).x, texelFetch(shares, ivec2(min(cell, size - 1.0)), 0).x);
         take *= texelFetch(field, ivec2(0), 0).x;
         result = vec4(mix(shown, wanted, take), 1.0);
       }`,
      u,
    );
    this.#copy = new Pass(`uniform sampler2D previous; void main() { result = texture(previous, uv); }`, u);
  }

  /** The image that was shown last, in linear light; null before the first. */
  get shown(): Texture | null {
    return this.#grid?.shown[this.#flip].texture ?? null;
  }

  /**
   * Sets the size of the image. What is shown is carried over, so that a change of size is no way round the limits.
   * @param fine true where one pixel is large to the eye: cells are then 2 by 2 pixels instead of 4 by 4
   */
  resize(renderer: WebGLRenderer, width: number, height: number, fine: boolean): void {
    const before = this.#grid;
    const size = fine ? 2 : 4;
    const columns = Math.ceil(width / size);
    const rows = Math.ceil(height / size);
    const tiles = (): WebGLRenderTarget =>
      lightTarget(Math.ceil(columns / tileCells), Math.ceil(rows / tileCells), false);
    const grid: Grid = {
      cells: [lightTarget(columns, rows, false), lightTarget(columns, rows, false)],
      shares: lightTarget(columns, rows),
      tiles: tiles(),
      field: lightTarget(1, 1, false),
      shown: [lightTarget(width, height), lightTarget(width, height)],
    };
    this.#uniforms.pixel.value.set(1 / width, 1 / height);
    this.#uniforms.cellTaps.value = size / 2;
    if (before) {
      this.#uniforms.previous.value = before.shown[this.#flip].texture;
      this.#copy.draw(renderer, grid.shown[0]);
      this.#uniforms.previous.value = before.cells[this.#flip].texture;
      this.#copy.draw(renderer, grid.cells[0]);
      freeGrid(before);
    } else {
      this.#clear(renderer, grid);
    }
    this.#grid = grid;
    this.#flip = 0;
  }

  /**
   * Takes the scene's image and makes the one to show.
   * @param candidate linear light, of the size last given to `resize`, no channel below 0, luminance at most 1
   * @param seconds since the last image, more than 0; long gaps count as one twentieth of a second
   * @returns the image to show, in linear light
   */
  apply(renderer: WebGLRenderer, candidate: Texture, seconds: number): Texture {
    const grid = this.#grid;
    if (!grid) throw new Error('Governor: apply was called before resize');
    const u = this.#uniforms;
    const from = this.#flip;
    const to = from === 0 ? 1 : 0;
    const shownTo = grid.shown[to];
    const cellsTo = grid.cells[to];
    u.dt.value = Math.min(Math.max(seconds, 0), 1 / 20);
    u.candidate.value = candidate;
    u.previous.value = grid.shown[from].texture;
    u.cells.value = grid.cells[from].texture;
    this.#measure.draw(renderer, cellsTo);
    u.cells.value = cellsTo.texture;
    this.#tile.draw(renderer, grid.tiles);
    u.tiles.value = grid.tiles.texture;
    this.#hold.draw(renderer, grid.shares);
    u.shares.value = grid.shares.texture;
    u.tiles.value = null;
    this.#tileDelta.draw(renderer, grid.tiles);
    u.tiles.value = grid.tiles.texture;
    this.#field.draw(renderer, grid.field);
    u.field.value = grid.field.texture;
    this.#blend.draw(renderer, shownTo);
    u.fresh.value = 0;
    this.#flip = to;
    return shownTo.texture;
  }

  /** Forgets what was shown: the next image starts from black. For the emergency stop and for lost contexts. */
  black(renderer: WebGLRenderer): void {
    if (this.#grid) this.#clear(renderer, this.#grid);
    this.#uniforms.fresh.value = 1;
  }

  #clear(renderer: WebGLRenderer, grid: Grid): void {
    renderer.setClearColor(0x000000, 1);
    for (const target of [...grid.shown, ...grid.cells]) {
      renderer.setRenderTarget(target);
      renderer.clear(true, false, false);
    }
  }

  dispose(): void {
    if (this.#grid) freeGrid(this.#grid);
    this.#grid = null;
    for (const pass of [this.#measure, this.#tile, this.#hold, this.#tileDelta, this.#field, this.#blend, this.#copy])
      pass.dispose();
  }
}

function freeGrid(grid: Grid): void {
  for (const target of [...grid.cells, grid.shares, grid.tiles, grid.field, ...grid.shown]) target.dispose();
}
