/**
 * The cue: what every drawing of a scene reads of the instant, as shader uniforms. One per scene.
 */
import { Color, type IUniform } from 'three';
import type { SceneInput } from './scene.ts';

/** GLSL declarations of the cue; the drawings of a scene share them. */
export const cueDeclarations = `
uniform float time, beat, turn, calm, level, progress;
uniform vec3 hueA, hueB, hueC, deep;
const float TAU = 6.283185307;
`;

/** Linear sRGB of an OKLCH colour (Ottosson 2020, bottosson.github.io/posts/oklab). `hue` in degrees. */
export function oklch(lightness: number, chroma: number, hue: number, into: Color): Color {
  const angle = (hue * Math.PI) / 180;
  const a = chroma * Math.cos(angle);
  const b = chroma * Math.sin(angle);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  into.r = Math.max(0, 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  into.g = Math.max(0, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  into.b = Math.max(0, -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return into;
}

/** Chroma and hue (degrees) of a linear sRGB colour in OKLCH. */
export function chromaAndHue(colour: Color): { chroma: number; hue: number } {
  const l = Math.cbrt(0.4122214708 * colour.r + 0.5363325363 * colour.g + 0.0514459929 * colour.b);
  const m = Math.cbrt(0.2119034982 * colour.r + 0.6806995451 * colour.g + 0.1073969566 * colour.b);
  const s = Math.cbrt(0.0883024619 * colour.r + 0.2817188376 * colour.g + 0.6299787005 * colour.b);
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const b = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return { chroma: Math.hypot(a, b), hue: (Math.atan2(b, a) * 180) / Math.PI };
}

/**
 * How far a movement with the beat may go, 1 for slow beats, falling for fast ones: a large movement at 10 Hz is a
 * flicker, a small one is a shimmer.
 */
export function calmFor(beatHz: number): number {
  return 1 / (1 + (Math.abs(beatHz) / 4) ** 1.5);
}

/** Strength of the light that the listener's choice of intensity leaves. */
export function exposureOf(input: SceneInput): number {
  return 0.35 + 0.65 * input.intensity;
}

export class Cue {
  readonly uniforms = {
    /** Seconds. */
    time: { value: 0 },
    /** −1 to 1 at slow beats, less at fast ones: the size of movements that follow the beat. */
    beat: { value: 0 },
    /** Beat phase in turns. */
    turn: { value: 0 },
    /** 1 for slow beats, towards 0 for fast ones; 0 where nothing beats. */
    calm: { value: 0 },
    level: { value: 0 },
    /** Strength of sharp light, by the listener's intensity. */
    power: { value: 1 },
    progress: { value: 0 },
    /** The phase's colour, and its neighbours on the wheel. */
    hueA: { value: new Color() },
    hueB: { value: new Color() },
    hueC: { value: new Color() },
    /** The night behind, in the colour's own tint. */
    deep: { value: new Color() },
  } satisfies Record<string, IUniform>;
  #colour = '';

  update(input: SceneInput): void {
    const u = this.uniforms;
    const beats = !input.reducedMotion && input.beatHz > 0;
    u.time.value = input.time;
    u.calm.value = beats ? calmFor(input.beatHz) * (0.35 + 0.65 * input.intensity) : 0;
    u.beat.value = u.calm.value * Math.cos(2 * Math.PI * input.beatPhase);
    u.turn.value = beats ? input.beatPhase : 0.125;
    u.level.value = input.level;
    u.power.value = exposureOf(input);
    u.progress.value = input.programProgress;
    if (input.phaseColour === this.#colour) return;
    this.#colour = input.phaseColour;
    const { chroma, hue } = chromaAndHue(u.hueA.value.set(input.phaseColour));
    // Any phase colour, also a dull or a glaring one, becomes light of one strength.
    const strength = Math.min(0.15, chroma * 1.1);
    oklch(0.76, strength, hue, u.hueA.value);
    oklch(0.72, strength, hue + 58, u.hueB.value);
    oklch(0.74, strength, hue - 46, u.hueC.value);
    oklch(0.19, Math.min(0.05, strength * 0.4), hue + 12, u.deep.value);
  }
}
