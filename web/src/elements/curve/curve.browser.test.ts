import type { Program } from '@nes/program/model.ts';
import { dominantBeat, valueAt } from '@nes/program/values.ts';
import { afterEach, describe, expect, it } from 'vitest';
import focus from '../../../../prisma/library/focus.json';
import pulsed from '../../../../prisma/library/pulsed-focus.json';
import { bandOf } from '../bands.ts';
import type { NesSeekEvent } from './events.ts';
import { axisOf, draw, yOf } from './geometry.ts';
import type { NesCurve } from './nes-curve.ts';
import './nes-curve.ts';
import '../../styles/tokens.css';

const program = focus.program as Program;

async function show(width: number, height: number, values: Partial<NesCurve>): Promise<NesCurve> {
  const curve = document.createElement('nes-curve');
  Object.assign(curve, values);
  Object.assign(curve.style, { width: `${width}px`, height: `${height}px` });
  document.body.append(curve);
  await curve.updateComplete;
  while (!curve.drawing) await new Promise(requestAnimationFrame);
  await curve.updateComplete;
  return curve;
}

/** The strands of a curve that cover a point of its surface, by the browser's own geometry. */
function strandsAt(curve: NesCurve, x: number, y: number): SVGGeometryElement[] {
  const svg = curve.renderRoot.querySelector('svg') as SVGSVGElement;
  const point = svg.createSVGPoint();
  point.x = x;
  point.y = y;
  const all = curve.renderRoot.querySelectorAll<SVGGeometryElement>('path.smooth, path.dotted, path.twin, path.soft');
  return [...all].filter((path) => path.isPointInFill(point));
}

afterEach(() => document.body.replaceChildren());

describe('nes-curve', () => {
  it('passes through the beat of the program at every tenth of it, in the colour of its band', async () => {
    const curve = await show(800, 200, { program });
    const axis = axisOf(program);
    for (let tenth = 1; tenth < 10; tenth++) {
      const seconds = (program.durationSeconds * tenth) / 10;
      const beat = dominantBeat(program, seconds);
      if (!beat) throw new Error('The test program beats all the time.');
      const y = yOf(beat.beatHz, axis, 180);
      const hit = strandsAt(curve, tenth * 80, y);
      expect(hit.length, `${seconds} s, ${beat.beatHz} Hz`).toBeGreaterThan(0);
      expect(hit[0]?.classList.contains(bandOf(beat.beatHz))).toBe(true);
      expect(strandsAt(curve, tenth * 80, y + 12)).toHaveLength(0);
      expect(strandsAt(curve, tenth * 80, y - 12)).toHaveLength(0);
    }
  });

  it('is wider where the level is higher', () => {
    const voice = program.voices[0];
    if (!voice) throw new Error('The test program has a voice.');
    const rising: Program = {
      ...program,
      durationSeconds: 100,
      phases: [],
      voices: [
        {
          ...voice,
          keyframes: [
            { at: 0, carrier: 200, beat: 10, level: 0.04, pan: 0, curve: 'LINEAR' },
            { at: 100, carrier: 200, beat: 10, level: 0.36, pan: 0, curve: 'LINEAR' },
          ],
        },
      ],
    };
    const drawing = draw(rising, 400, 186);
    const path = drawing.strands[0]?.path ?? '';
    const points = path.match(/-?[\d.]+ -?[\d.]+/g)?.map((pair) => pair.split(' ').map(Number)) ?? [];
    const thickness = (x: number): number => {
      const near = points.filter(([at]) => Math.abs((at ?? 0) - x) < 3).map(([, y]) => y ?? 0);
      return Math.max(...near) - Math.min(...near);
    };
    // Half width is 0.3 + 0.7 √(level / loudest) of the unit (3 px at this height), so 3.4 : 6 at 0.04 and 0.36.
    const expected = (x: number): number => {
      const { level } = valueAt(rising.voices[0] as never, x / 4);
      return 2 * 3 * (0.3 + 0.7 * Math.sqrt(level / 0.36));
    };
    for (const x of [20, 100, 200, 300, 380]) expect(thickness(x)).toBeCloseTo(expected(x), 0);
  });

  it('draws isochronic tones as dots and binaural ones as a line', () => {
    expect(draw(program, 600, 120).strands.every(({ texture }) => texture === 'smooth')).toBe(true);
    const dotted = draw(pulsed.program as Program, 600, 120).strands.filter(({ texture }) => texture === 'dotted');
    expect(dotted.length).toBeGreaterThan(0);
    expect(
      (
        dotted
          .map(({ path }) => path)
          .join('')
          .match(/M/g) ?? []
      ).length,
    ).toBeGreaterThan(40);
  });

  it('keeps the dots apart at 64 × 24', () => {
    const dots = draw(pulsed.program as Program, 64, 24)
      .strands.filter(({ texture }) => texture === 'dotted')
      .flatMap(({ path }) => [...path.matchAll(/M(-?[\d.]+) /g)].map((match) => Number(match[1])))
      .sort((a, b) => a - b);
    expect(dots.length).toBeGreaterThan(8);
    for (let index = 1; index < dots.length; index++)
      expect((dots[index] ?? 0) - (dots[index - 1] ?? 0)).toBeGreaterThan(2.5);
  });

  it('is a picture with a sentence', async () => {
    const curve = await show(64, 24, { program });
    const surface = curve.renderRoot.querySelector('[role=img]');
    expect(surface?.getAttribute('aria-label')).toBe(
      'Beat from 14.0\u202fHz to 12.0\u202fHz, between 12.0\u202fHz and 18.0\u202fHz, over 12 minutes.',
    );
  });

  it('is a slider that seeks by keys, pointer and chapters', async () => {
    const curve = await show(720, 160, { program, mode: 'seek', position: 60, chapters: true });
    const sought: number[] = [];
    curve.addEventListener('nes-seek', (event: NesSeekEvent) => sought.push(event.seconds));
    const slider = curve.renderRoot.querySelector<HTMLElement>('[role=slider]');
    if (!slider) throw new Error('There is no slider.');
    expect(slider.getAttribute('aria-valuenow')).toBe('60');
    expect(slider.getAttribute('aria-valuetext')).toContain('beta');
    for (const key of ['ArrowRight', 'ArrowLeft', 'PageUp', 'Home', 'End', 'x']) {
      slider.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    }
    expect(sought).toEqual([65, 55, 225, 0, 720]);
    sought.length = 0;
    const box = curve.getBoundingClientRect();
    const at = { clientX: box.left + 360, clientY: box.top + 20, button: 0, pointerType: 'mouse', bubbles: true };
    slider.setPointerCapture = () => {};
    slider.dispatchEvent(new PointerEvent('pointerdown', at));
    slider.dispatchEvent(new PointerEvent('pointerup', at));
    expect(sought).toEqual([360]);
  });

  it('shows what was heard full and the rest faint', async () => {
    const curve = await show(720, 100, { program, mode: 'seek', position: 180 });
    expect(curve.renderRoot.querySelector('#heard rect')?.getAttribute('width')).toBe('180');
  });
});
