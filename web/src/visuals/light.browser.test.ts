/**
 * Every scene as pixels in a real Chromium: does the judge pass it, does it move, does the governor hold what no scene
 * should draw. Frames are drawn by number, not by the clock. `npm run bench -- light` does the same at full size for
 * ten rates and eight seconds.
 */
import { describe, expect, test } from 'vitest';
import { Film, type FilmOptions } from './capture/film.ts';
import { Judge, type Verdict } from './judge.ts';
import { type SceneId, type SceneInput, sceneIds } from './scene.ts';

const width = 160;
const height = 90;
const fps = 60;
const cssPerPixel = 4;

async function judged(
  options: Partial<FilmOptions> & Pick<FilmOptions, 'scene' | 'beatHz'>,
  seconds: number,
  between?: (film: Film, frame: number) => Promise<void>,
): Promise<{ verdict: Verdict; moved: number; brightest: number }> {
  const film = new Film({ width, height, fps, cssPerPixel, governed: true, ...options });
  const judge = new Judge({ width, height, fps, cssPerPixel });
  let first = new Uint8Array();
  let moved = 0;
  let brightest = 0;
  try {
    await film.load();
    for (let frame = 0; frame < seconds * fps; frame++) {
      await between?.(film, frame);
      film.draw(frame);
      const pixels = film.pixels();
      judge.push(pixels);
      brightest = Math.max(brightest, pixels[pixels.length - 3] as number);
      if (frame === fps) first = pixels.slice();
      if (frame === 2 * fps - 1) for (let i = 0; i < pixels.length; i++) if (pixels[i] !== first[i]) moved++;
    }
  } finally {
    film.dispose();
  }
  return { verdict: judge.verdict(), moved, brightest };
}

/** What the design asks for beyond the law: little swing of the whole field, little of it pulsing. */
function expectSafe(verdict: Verdict): void {
  expect(verdict.broken).toEqual([]);
  expect(verdict.fieldSwing).toBeLessThan(0.08);
  expect(verdict.pulsingArea).toBeLessThan(0.2);
}

/** A film whose beat frequency is another one every two seconds: each rate, and the change from one to the next. */
function rates(...hertz: number[]): (input: SceneInput, frame: number) => SceneInput {
  return (input, frame) => {
    const beatHz = hertz[Math.min(hertz.length - 1, Math.floor(frame / (2 * fps)))] as number;
    return { ...input, beatHz, beatPhase: (beatHz * (frame / fps)) % 1 };
  };
}

test.each(sceneIds)(
  '%s passes the judge at 3, 10 and 20 Hz at full intensity, and is alive',
  async (scene: SceneId) => {
    const { verdict, moved } = await judged({ scene, beatHz: 3, change: rates(3, 10, 20) }, 6);
    expectSafe(verdict);
    expect(moved).toBeGreaterThan(100);
  },
  60_000,
);

describe('the deliberately unsafe scene', () => {
  test('fails the judge where nothing holds it', async () => {
    const { verdict } = await judged({ scene: 'unsafe', beatHz: 10, governed: false }, 2);
    expect(verdict.broken).toContain('GENERAL');
    expect(verdict.broken).toContain('RED');
    expect(verdict.broken).toContain('FIELD');
    expect(verdict.flashingArea).toBe(1);
  });

  test('passes at 2, 3, 5, 10, 15 and 30 Hz under the governor, and is shown', async () => {
    const { verdict, brightest } = await judged({ scene: 'unsafe', beatHz: 2, change: rates(2, 3, 5, 10, 15, 30) }, 12);
    expectSafe(verdict);
    // A flicker of equal halves is held near where it began; black it is not.
    expect(brightest).toBeGreaterThan(20);
  }, 60_000);

  test('passes while beat frequency, level and size change under the governor', async () => {
    const change = (input: SceneInput, frame: number): SceneInput => {
      const t = frame / fps;
      const beatHz = 2 + 6 * t;
      return { ...input, beatHz, beatPhase: (2 * t + 3 * t * t) % 1, level: frame % 40 < 20 ? 1 : 0 };
    };
    const { verdict } = await judged({ scene: 'unsafe', beatHz: 2, change }, 4);
    expectSafe(verdict);
  });
});

test('changes of scene ten times a second pass under the governor', async () => {
  const { verdict } = await judged({ scene: 'ganzfeld', beatHz: 10 }, 2, async (film, frame) => {
    if (frame % 6 === 0) await film.load(frame % 12 === 0 ? 'ganzfeld' : 'seed-of-life');
  });
  expectSafe(verdict);
});

test('a change of scene goes through black, without a step', async () => {
  const film = new Film({ scene: 'ganzfeld', beatHz: 4, width, height, fps, governed: true });
  await film.load();
  const means: number[] = [];
  for (let frame = 0; frame < 5 * fps; frame++) {
    if (frame === 2 * fps) await film.load('aurora');
    film.draw(frame);
    const pixels = film.pixels();
    let sum = 0;
    for (let i = 1; i < pixels.length; i += 4) sum += pixels[i] as number;
    means.push(sum / (pixels.length / 4));
  }
  film.dispose();
  const full = means[2 * fps - 1] as number;
  expect(full).toBeGreaterThan(60);
  expect(Math.min(...means.slice(2 * fps, 3 * fps))).toBeLessThan(full / 8);
  expect(means.at(-1)).toBeGreaterThan(20);
  const steps = means.slice(1).map((mean, i) => Math.abs(mean - (means[i] as number)));
  expect(Math.max(...steps)).toBeLessThan(full / 10);
});

test('the central disc follows the beat: its light is a cosine of the beat phase', async () => {
  const film = new Film({ scene: 'ganzfeld', beatHz: 2, width, height, fps, cssPerPixel, governed: true });
  await film.load();
  const light: number[] = [];
  for (let frame = 0; frame < 180; frame++) {
    film.draw(frame);
    light.push(film.pixels()[((height / 2) * width + width / 2) * 4 + 2] as number);
  }
  film.dispose();
  const period = light.slice(150, 180);
  // Once the picture has come up from black; at 2 Hz frame 150 is the top of a beat and frame 165 its trough.
  expect(period.indexOf(Math.max(...period))).toBeLessThanOrEqual(1);
  expect(Math.abs(period.indexOf(Math.min(...period)) - 15)).toBeLessThanOrEqual(1);
  expect(Math.max(...period) - Math.min(...period)).toBeGreaterThan(40);
});

test('where nothing may follow the beat, the picture does not depend on it', async () => {
  const still = async (beatPhase: number): Promise<Uint8Array> => {
    const film = new Film({
      scene: 'merkaba',
      beatHz: 10,
      width,
      height,
      fps,
      governed: true,
      change: (input) => ({ ...input, beatPhase, time: 40, reducedMotion: true }),
    });
    await film.load();
    for (let frame = 0; frame < 30; frame++) film.draw(frame);
    const pixels = film.pixels().slice();
    film.dispose();
    return pixels;
  };
  expect(await still(0)).toEqual(await still(0.5));
});
