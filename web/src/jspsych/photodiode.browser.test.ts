import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { type Patch, photodiodePatch } from './photodiode.ts';

let patch: Patch | undefined;
const rules = new CSSStyleSheet();
afterEach(() => {
  patch?.remove();
  document.adoptedStyleSheets = [];
});

/** What is drawn of the page: the colour of a point, CSS pixels. */
async function picture(): Promise<(x: number, y: number) => string> {
  const image = new Image();
  image.src = `data:image/png;base64,${await page.screenshot({ save: false })}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(image, 0, 0);
  return (x, y) => {
    const [red = 0, green = 0, blue = 0] = context.getImageData(
      Math.floor((x / innerWidth) * image.width),
      Math.floor((y / innerHeight) * image.height),
      1,
      1,
    ).data;
    return `#${[red, green, blue].map((value) => value.toString(16).padStart(2, '0')).join('')}`;
  };
}

test('its pixels: size, corner, both colours exactly, whatever the page has in its rules', async () => {
  document.adoptedStyleSheets = [rules];
  rules.replaceSync(
    'div { background: red !important; opacity: 0.5; filter: invert(1); transform: scale(3); transition: all 9s } body { background: #808080 }',
  );
  for (const corner of ['top-left', 'top-right', 'bottom-left', 'bottom-right'] as const) {
    patch = photodiodePatch({ corner, size: 80, dark: '#010203', bright: '#fefdfc', milliseconds: 1000 });
    const [x, inwardX] = corner.endsWith('left') ? [0, 1] : [innerWidth, -1];
    const [y, inwardY] = corner.startsWith('top') ? [0, 1] : [innerHeight, -1];
    const at = (across: number, down: number) => [x + inwardX * across, y + inwardY * down] as const;
    const rest = await picture();
    for (const point of [at(5, 5), at(75, 75), at(5, 75), at(40, 40)])
      expect(rest(...point), `${corner} ${point}`).toBe('#010203');
    for (const point of [at(86, 40), at(40, 86)]) expect(rest(...point), `${corner} ${point}`).toBe('#808080');
    await patch.send(1, performance.now());
    const lit = await picture();
    for (const point of [at(5, 5), at(75, 75), at(40, 40)]) expect(lit(...point), `${corner} ${point}`).toBe('#fefdfc');
    patch.remove();
    const gone = await picture();
    expect(gone(...at(40, 40))).toBe('#808080');
  }
});

test('it changes in the first frame at or after the moment, never before, says how late, and is dark again in time', async () => {
  patch = photodiodePatch({ milliseconds: 50 });
  const square = document.body.lastElementChild as HTMLElement;
  for (let round = 0; round < 10; round++) {
    const frames: { frame: number; colour: string }[] = [];
    let watching = true;
    const at = performance.now() + 60 + 3 * round;
    const sent = patch.send(1, at);
    // Asked for after the patch's own: it sees what the frame will show.
    const watch = (frame: number): void => {
      queueMicrotask(() => frames.push({ frame, colour: getComputedStyle(square).backgroundColor }));
      if (watching) requestAnimationFrame(watch);
    };
    requestAnimationFrame(watch);
    const late = await sent;
    await new Promise((resolve) => setTimeout(resolve, 200));
    watching = false;
    const due = frames.find(({ frame }) => frame >= at);
    const lit = frames.filter(({ colour }) => colour === 'rgb(255, 255, 255)');
    expect(lit[0]?.frame).toBe(due?.frame);
    expect(late).toBeCloseTo((due?.frame ?? 0) - at, 6);
    expect(late).toBeGreaterThanOrEqual(0);
    const last = lit.at(-1)?.frame ?? 0;
    expect(last - (due?.frame ?? 0)).toBeLessThan(50);
    const dark = frames.find(({ frame }) => frame > last);
    expect(dark?.colour).toBe('rgb(0, 0, 0)');
    expect((dark?.frame ?? 0) - (due?.frame ?? 0)).toBeGreaterThanOrEqual(50);
  }
});

test('what cannot be is refused', () => {
  for (const size of [15, 201, Number.NaN]) expect(() => photodiodePatch({ size })).toThrow(`the patch is ${size} px`);
  for (const milliseconds of [0, 1001])
    expect(() => photodiodePatch({ milliseconds })).toThrow(`for ${milliseconds} ms`);
  for (const bright of ['white', '#fff', '#gggggg'])
    expect(() => photodiodePatch({ bright })).toThrow(`the colour is "${bright}"`);
});
