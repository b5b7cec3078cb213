import type { MarkerPort } from './markers.ts';

export interface PatchOptions {
  corner?: 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right';
  /** Side of the square, CSS pixels, 16 to 200: more would be a light that flashes. */
  size?: number;
  /** At rest, and in an event: `#rrggbb`, black and white by default. */
  dark?: string;
  bright?: string;
  /** How long it is bright, 1 to 1000; it then turns dark with the next frame. */
  milliseconds?: number;
}

export interface Patch extends MarkerPort {
  /** Takes the square off the page. */
  remove(): void;
}

/**
 * A square in a corner of the page for a photodiode. It turns bright in the first frame that the browser begins at or after the marker's moment,
 * never before. Which code it was is not shown; a marker that comes while it is bright makes it stay so, without an edge of its own.
 * A page that is not seen draws no frames: the marker waits for one, and says how late.
 * @throws {RangeError} for a size, a colour or a duration that cannot be
 */
export function photodiodePatch({
  corner = 'bottom-right',
  size = 60,
  dark = '#000000',
  bright = '#ffffff',
  milliseconds = 50,
}: PatchOptions = {}): Patch {
  if (!(size >= 16 && size <= 200)) throw new RangeError(`nes: the patch is ${size} px, but must be 16 to 200`);
  if (!(milliseconds >= 1 && milliseconds <= 1000))
    throw new RangeError(`nes: the patch is bright for ${milliseconds} ms, but must be for 1 to 1000`);
  for (const colour of [dark, bright])
    if (!/^#[\da-f]{6}$/i.test(colour))
      throw new RangeError(`nes: the colour is "${colour}", but must be as in #00ff00`);
  const square = document.createElement('div');
  square.ariaHidden = 'true';
  const [vertical = '', horizontal = ''] = corner.split('-');
  const style: Record<string, string> = {
    all: 'initial',
    position: 'fixed',
    [vertical]: '0',
    [horizontal]: '0',
    width: `${size}px`,
    height: `${size}px`,
    'background-color': dark,
    'forced-color-adjust': 'none',
    'pointer-events': 'none',
    'z-index': '2147483647',
  };
  // A page's own rules, even its important ones, must not tint it.
  for (const [name, value] of Object.entries(style)) square.style.setProperty(name, value, 'important');
  document.body.append(square);
  const paint = (colour: string) => square.style.setProperty('background-color', colour, 'important');

  let brightUntil = 0;
  const darken = (frame: number): void => {
    if (frame < brightUntil) requestAnimationFrame(darken);
    else paint(dark);
  };
  return {
    waits: true,
    send: (_, at) =>
      new Promise<number>((shown) => {
        const look = (frame: number): void => {
          if (frame < at) return void requestAnimationFrame(look);
          paint(bright);
          brightUntil = frame + milliseconds;
          requestAnimationFrame(darken);
          shown(frame - at);
        };
        requestAnimationFrame(look);
      }),
    remove: () => square.remove(),
  };
}
