import axe from 'axe-core';
import { afterEach, assert, beforeEach, expect, test, vi } from 'vitest';
import { page as browserPage, cdp, userEvent } from 'vitest/browser';
import '../../styles/tokens.css';
import type { Keyframe, Voice } from '@nes/program/model.ts';
import { shareFragment } from '@nes/program/share.ts';
import { withoutBeat } from '@nes/program/twin.ts';
import { preferences } from '../../data/preferences.ts';
import { localProtocols } from '../../data/protocols.ts';
import { noToAll } from '../../data/questions.ts';
import { screening } from '../../data/screening.ts';
import { writeValue } from '../../data/store.ts';
import { define } from '../../elements/define.ts';
import { axisOf, shareOf } from './axis.ts';
import { newDraft, setKeyframes } from './commands.ts';
import type { Draft } from './document.ts';
import { contextOf, drawComparison, drawLane, yOfShare } from './draw.ts';
import type { ImportDialog } from './import-dialog.ts';
import { EditorPage } from './page.ts';
import type { Palette } from './palette.ts';

define('nes-editor-page', EditorPage);

const frame = (at: number, fields: Partial<Keyframe> = {}): Keyframe => ({
  at,
  carrier: 200,
  beat: 10,
  level: 0.3,
  pan: 0,
  curve: 'LINEAR',
  ...fields,
});

/** 100 s, a tone of four points and a bed of two. */
function sample(): Draft {
  const draft = newDraft();
  const tone: Voice = {
    kind: 'BINAURAL',
    name: 'Tone',
    waveform: 'SINE',
    keyframes: [frame(0), frame(25), frame(50, { beat: 6 }), frame(100)],
  };
  const bed: Voice = {
    kind: 'NOISE',
    name: 'Bed',
    colour: 'PINK',
    correlation: 0,
    modulationDepth: 0,
    spin: false,
    keyframes: [frame(0, { carrier: 0, beat: 0, level: 0.1 }), frame(100, { carrier: 0, beat: 0, level: 0.1 })],
  };
  const phases = [{ name: 'Session', description: '', durationSeconds: 100, colour: '#3fc1c9' }];
  return {
    ...draft,
    title: 'Sample',
    program: { ...draft.program, durationSeconds: 100, phases, voices: [tone, bed] },
  };
}

const settled = (): Promise<void> =>
  new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));

let page: EditorPage;

async function open(hash = ''): Promise<void> {
  history.replaceState(null, '', `/edit/new${hash}`);
  page = document.createElement('nes-editor-page') as EditorPage;
  page.params = {};
  document.body.append(page);
  await vi.waitFor(() => assert.ok(page.renderRoot.querySelector('nes-editor-lanes')));
}

const address = location.href;

beforeEach(async () => {
  await writeValue('editor:edit/new', undefined);
  document.body.style.margin = '0';
  await open();
  page.doc.open(sample());
  page.view.setDuration(100);
  page.view.fit();
  page.view.snap = false;
  await settled();
});

afterEach(() => {
  page.remove();
  history.replaceState(null, '', address);
});

const inside = <T extends Element>(selector: string, root: ParentNode = page.renderRoot): T => {
  const found = root.querySelector<T>(selector);
  assert.ok(found, selector);
  return found;
};

const lanes = (): HTMLElement[] => [
  ...(inside('nes-editor-lanes').shadowRoot as ShadowRoot).querySelectorAll<HTMLElement>('nes-editor-lane'),
];

/** Where a point of a lane is on the page, in pixels. */
function placeOf(voice: number, index: number): [number, number] {
  const lane = lanes()[voice] as HTMLElement;
  const box = lane.getBoundingClientRect();
  const { program } = page.doc;
  const one = program.voices[voice] as Voice;
  const axis = axisOf(program, one, page.view.parameterOf(voice, one));
  const point = one.keyframes[index] as Keyframe;
  return [box.left + page.view.xOf(point.at), box.top + yOfShare(shareOf(axis, point[axis.parameter]), box.height)];
}

/** A real mouse: events as the browser makes them, so that capture and coalescing are tested too. */
async function mouse(
  type: 'mousePressed' | 'mouseMoved' | 'mouseReleased',
  x: number,
  y: number,
  count = 1,
): Promise<void> {
  const box = window.frameElement?.getBoundingClientRect();
  const scale = box ? box.width / innerWidth : 1;
  await cdp().send('Input.dispatchMouseEvent', {
    type,
    x: (box?.left ?? 0) + x * scale,
    y: (box?.top ?? 0) + y * scale,
    button: type === 'mouseMoved' ? 'none' : 'left',
    buttons: type === 'mouseReleased' ? 0 : 1,
    clickCount: count,
  });
}

async function drag(from: [number, number], to: [number, number], steps = 8): Promise<void> {
  await mouse('mousePressed', ...from);
  for (let step = 1; step <= steps; step++) {
    const share = step / steps;
    await mouse('mouseMoved', from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share);
  }
  await settled();
  await mouse('mouseReleased', ...to);
  await settled();
}

const tone = (): Voice => page.doc.program.voices[0] as Voice;
const points = (): Keyframe[] => tone().keyframes;

test('a drag changes beat and time, undo restores both, redo brings them back', async () => {
  const before = page.doc.draft;
  const [x, y] = placeOf(0, 2);
  await drag([x, y], [x + page.view.width / 10, y - 40]);
  const moved = points()[2] as Keyframe;
  const span = page.view.to - page.view.from;
  expect(moved.at).toBeCloseTo(50 + span / 10, 1);
  expect(moved.beat).toBeGreaterThan(7);
  expect(page.doc.depth).toBe(1);
  await userEvent.keyboard('{Control>}z{/Control}');
  expect(page.doc.draft).toEqual(before);
  await userEvent.keyboard('{Control>}y{/Control}');
  expect(points()[2]).toEqual(moved);
});

/** Colours that can be told apart in pixels. */
const palette: Palette = {
  ink: '#000',
  raised: '#000',
  line: '#000',
  edge: '#000',
  text: '#fff',
  quiet: '#000',
  accent: '#000',
  bands: { delta: '#f0f', theta: '#f00', alpha: '#0f0', beta: '#00f', gamma: '#0ff', control: '#ff0' },
  font: 'sans-serif',
};

test('a lane shows the course: the line lies at its beat in the colour of its band, a beat of 0 at the foot', () => {
  const canvas = document.createElement('canvas');
  canvas.width = 600;
  canvas.height = 300;
  const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
  const { program } = sample();
  const voice = program.voices[0] as Voice;
  const axis = axisOf(program, voice, 'beat');
  const paint = (beat: number): void => {
    const keyframes = voice.keyframes.map((one) => ({ ...one, beat }));
    drawLane(context, {
      program,
      voice: { ...voice, keyframes },
      axis,
      window: { from: 0, to: 100, width: 600, height: 300 },
      palette,
      grid: 20,
      chosen: [],
      hovered: -1,
      active: false,
      heard: true,
      box: null,
      wording: String,
      clock: String,
    });
  };
  /** Whether the line lies there: its colour, without the faint zone behind it. */
  const lies = (beat: number, ...colour: number[]): boolean => {
    const y = Math.round(yOfShare(shareOf(axis, beat), 300));
    const [red, green, blue, alpha = 0] = context.getImageData(225, y, 1, 1).data;
    return alpha > 200 && [red, green, blue].every((part, index) => part === colour[index]);
  };
  paint(10);
  expect([lies(10, 0, 255, 0), lies(6, 255, 0, 0)]).toEqual([true, false]);
  paint(6);
  expect([lies(10, 0, 255, 0), lies(6, 255, 0, 0)]).toEqual([false, true]);
  paint(0);
  expect(lies(0, 255, 255, 0)).toBe(true);
});

test('the processor draws a lane frame by frame; only a very large one is left to the graphics card', async () => {
  const canvas = inside<HTMLCanvasElement>('canvas', lanes()[0]?.shadowRoot as ShadowRoot);
  // Until it was measured and drawn it has a canvas' own 300 pixels.
  await vi.waitFor(() => expect(canvas.width).toBeGreaterThan(300), 10_000);
  // The attributes are those of the context that the lane has made.
  expect(canvas.getContext('2d')?.getContextAttributes().willReadFrequently).toBe(true);
  const large = document.createElement('canvas');
  large.width = 3840;
  large.height = 2160;
  expect(contextOf(large)?.getContextAttributes().willReadFrequently).toBe(false);
});

test('what is drawn while it plays is heard: the sound goes on and has the new values', async () => {
  await screening.answer(noToAll);
  screening.showedDriving();
  inside<HTMLElement>('.play').click();
  await vi.waitFor(() => expect(page.preview.state).toBe('playing'), 10_000);
  await vi.waitFor(() => expect(page.preview.seconds()).toBeGreaterThan(0.2), 10_000);
  expect(page.preview.heard?.voices[0]?.keyframes[2]?.beat).toBe(6);
  const before = page.preview.seconds();
  const [x, y] = placeOf(0, 2);
  await mouse('mousePressed', x, y);
  await mouse('mouseMoved', x, y - 30);
  await mouse('mouseMoved', x, y - 60);
  await vi.waitFor(() => expect(page.preview.heard?.voices[0]?.keyframes[2]?.beat).toBeGreaterThan(8), 5_000);
  expect(page.doc.gesturing, 'heard before the button is let go').toBe(true);
  await mouse('mouseReleased', x, y - 60);
  await settled();
  await vi.waitFor(() => expect(page.preview.heard?.voices).toEqual(page.doc.program.voices), 5_000);
  expect(page.preview.state).toBe('playing');
  await vi.waitFor(() => expect(page.preview.seconds()).toBeGreaterThan(before), 5_000);
  // What cannot be played is not heard: the last sound program goes on.
  const sound = page.preview.heard;
  page.doc.edit('Beat', setKeyframes(new Map([[0, [1]]]), { beat: 400 }));
  await vi.waitFor(() => assert.ok(inside('.badge.bad')), 5_000);
  expect(page.preview.heard).toBe(sound);
  await userEvent.keyboard('{Escape}');
  expect(page.preview.state).toBe('silent');
});

test('what lies between two chosen points is heard over and over, until it is let go', async () => {
  await screening.answer(noToAll);
  screening.showedDriving();
  page.doc.edit('Points', (state) => {
    const [tone, ...rest] = state.draft.program.voices as [Voice];
    const voices = [{ ...tone, keyframes: [frame(0), frame(40), frame(41.5), frame(100)] }, ...rest];
    return { ...state, draft: { ...state.draft, program: { ...state.draft.program, voices } } };
  });
  page.doc.select(0);
  const toggle = inside<HTMLElement>('[aria-label="Repeat what is chosen"]');
  toggle.click();
  await settled();
  expect(toggle.getAttribute('aria-pressed'), 'nothing is chosen').toBe('false');
  page.doc.select(0, new Map([[0, [1, 2]]]));
  toggle.click();
  await settled();
  expect(toggle.getAttribute('aria-pressed')).toBe('true');
  const lanesRoot = inside('nes-editor-lanes').shadowRoot as ShadowRoot;
  const band = (lanesRoot.querySelector('.loop') as HTMLElement).getBoundingClientRect();
  const ruler = (lanesRoot.querySelector('.ruler') as HTMLElement).getBoundingClientRect();
  expect(Math.abs(band.left - ruler.left - page.view.xOf(40))).toBeLessThan(1.5);
  expect(Math.abs(band.right - ruler.left - page.view.xOf(41.5))).toBeLessThan(2.5);

  inside<HTMLElement>('.play').click();
  await vi.waitFor(() => expect(page.preview.state).toBe('playing'), 10_000);
  const places: number[] = [];
  let turns = 0;
  await vi.waitFor(
    () => {
      const now = page.preview.seconds();
      if (now < (places.at(-1) ?? now) - 0.8) turns++;
      places.push(now);
      expect(turns).toBeGreaterThanOrEqual(2);
    },
    { timeout: 20_000, interval: 20 },
  );
  expect(Math.min(...places)).toBeGreaterThan(39.9);
  // A machine that does much else is late.
  expect(Math.max(...places)).toBeLessThan(42.5);
  toggle.click();
  await vi.waitFor(() => expect(page.preview.seconds()).toBeGreaterThan(41.8), 10_000);
  await userEvent.keyboard('{Escape}');
});

test('the meter shows each ear: a tone at the left alone moves the left bar, by its level', async () => {
  await screening.answer(noToAll);
  screening.showedDriving();
  page.doc.edit('One tone', (state) => {
    const level = { level: 0.5, pan: -1, beat: 4, carrier: 400 };
    const tone: Voice = {
      kind: 'BINAURAL',
      name: 'Tone',
      waveform: 'SINE',
      keyframes: [frame(0, level), frame(100, level)],
    };
    return { ...state, draft: { ...state.draft, program: { ...state.draft.program, voices: [tone] } } };
  });
  expect(page.preview.peaks()).toEqual([0, 0]);
  inside<HTMLElement>('.play').click();
  await vi.waitFor(() => expect(page.preview.state).toBe('playing'), 10_000);
  const gain = preferences.value.volume ** 2;
  await vi.waitFor(() => expect(page.preview.peaks()[0] / gain).toBeGreaterThan(0.48), {
    timeout: 15_000,
    interval: 50,
  });
  const [left, right] = page.preview.peaks();
  expect(left / gain).toBeLessThan(0.52);
  expect(right).toBeLessThan(left / 1000);
  const meter = inside<HTMLElement>('.meter');
  await vi.waitFor(() => {
    expect(Number(meter.style.getPropertyValue('--left'))).toBeCloseTo(1 + (20 * Math.log10(left)) / 60, 1);
    expect(Number(meter.style.getPropertyValue('--right'))).toBe(0);
  }, 5_000);
  expect(meter.textContent).toMatch(/−\d+\.\d dB/);
  await userEvent.keyboard('{Escape}');
  await vi.waitFor(() => expect(meter.style.getPropertyValue('--left')).toBe('0'), 5_000);
});

test('two taps on a name write it where it stands; Escape leaves it, undo gives the former back', async () => {
  const root = inside('nes-editor-lanes').shadowRoot as ShadowRoot;
  const open = async (): Promise<HTMLInputElement> => {
    const box = (root.querySelector('.name') as HTMLElement).getBoundingClientRect();
    for (const count of [1, 2]) {
      await mouse('mousePressed', box.left + 20, box.top + 8, count);
      await mouse('mouseReleased', box.left + 20, box.top + 8, count);
    }
    return vi.waitFor(() => {
      const field = root.querySelector<HTMLInputElement>('input.name');
      assert.ok(field && root.activeElement === field);
      return field;
    });
  };
  await open();
  await userEvent.keyboard('Warm hum{Escape}');
  await settled();
  expect(tone().name).toBe('Tone');
  await open();
  await userEvent.keyboard('Warm hum{Enter}');
  await settled();
  expect(tone().name).toBe('Warm hum');
  expect(root.querySelector('.name')?.textContent?.trim()).toBe('Warm hum');
  page.doc.undo();
  expect(tone().name).toBe('Tone');
});

test('a box chooses points, and all of them move together', async () => {
  const lane = lanes()[0] as HTMLElement;
  const box = lane.getBoundingClientRect();
  const [left] = placeOf(0, 1);
  const [right] = placeOf(0, 2);
  await drag([left - 30, box.top + 6], [right + 30, box.bottom - 6]);
  expect([...page.doc.state.selection]).toEqual([[0, [1, 2]]]);
  const before = points();
  const [x, y] = placeOf(0, 1);
  await drag([x, y], [x + 60, y]);
  const shift = (points()[1] as Keyframe).at - 25;
  expect(shift).toBeGreaterThan(1);
  expect((points()[2] as Keyframe).at).toBeCloseTo(50 + shift, 5);
  expect(points()[2]?.beat).toBe(6);
  expect(points()[0]).toBe(before[0]);
});

test('a double click adds a point where it is, Delete takes it away', async () => {
  const [x, y] = placeOf(0, 3);
  const [near] = placeOf(0, 2);
  const middle = (x + near) / 2;
  for (const count of [1, 2]) {
    await mouse('mousePressed', middle, y + 60, count);
    await mouse('mouseReleased', middle, y + 60, count);
  }
  await settled();
  expect(points()).toHaveLength(5);
  const added = points()[3] as Keyframe;
  expect(added.at).toBeCloseTo(75, 0);
  expect(added.beat).toBeLessThan(8);
  lanes()[0]?.focus();
  await userEvent.keyboard('{Delete}');
  expect(points()).toHaveLength(4);
  page.doc.undo();
  expect(points()[3]).toEqual(added);
});

test('everything by keys: step to a point, change it, move it, add, course, curve and back', async () => {
  lanes()[0]?.focus();
  await userEvent.keyboard('{Home}{ArrowRight}{ArrowRight}');
  expect([...page.doc.state.selection]).toEqual([[0, [2]]]);
  await userEvent.keyboard('{ArrowUp}{ArrowUp}');
  expect(points()[2]?.beat).toBe(6.2);
  await userEvent.keyboard('{Shift>}{ArrowUp}{/Shift}');
  expect(points()[2]?.beat).toBe(7.2);
  expect(page.doc.depth, 'one held key is one step').toBe(1);
  await userEvent.keyboard('.');
  expect((points()[2] as Keyframe).at).toBeGreaterThan(50);
  await userEvent.keyboard('h');
  expect(points()[2]?.curve).toBe('HOLD');
  await userEvent.keyboard('{Control>}a{/Control}');
  expect(page.doc.state.selection.get(0)).toHaveLength(4);
  page.view.movePlayhead(80);
  await userEvent.keyboard('n');
  expect(points()).toHaveLength(5);
  expect(points()[3]?.at).toBe(80);
  const said = inside('.say').textContent ?? '';
  expect(said).toContain('4');
  for (let step = 0; step < 4; step++) await userEvent.keyboard('{Control>}z{/Control}');
  expect(page.doc.draft).toEqual(sample());
});

test('the table holds the same points, and refuses what is none', async () => {
  page.renderRoot.querySelector<HTMLElement>('#tab-points')?.click();
  await page.updateComplete;
  const table = inside('nes-editor-points');
  await vi.waitFor(() => assert.ok(table.shadowRoot?.querySelector('tbody tr')));
  const field = (row: number, name: string): HTMLInputElement =>
    inside<HTMLInputElement>(`tr[data-index="${row}"] [data-field="${name}"]`, table.shadowRoot as ShadowRoot);
  expect(field(2, 'beat').value).toBe('6');
  await userEvent.fill(field(2, 'beat'), '7,5');
  await userEvent.keyboard('{Tab}');
  expect(points()[2]?.beat).toBe(7.5);
  await userEvent.fill(field(2, 'at'), '1:10');
  await userEvent.keyboard('{Tab}');
  expect(points()[2]?.at).toBe(70);
  await userEvent.fill(field(2, 'beat'), '400');
  await userEvent.keyboard('{Tab}');
  expect(points()[2]?.beat).toBe(7.5);
  expect(field(2, 'beat').getAttribute('aria-invalid')).toBe('true');
  expect(inside('[role=status]', table.shadowRoot as ShadowRoot).textContent).toContain('400');
});

test('on a phone every menu lies within the page', async () => {
  const [width, height] = [innerWidth, innerHeight];
  await browserPage.viewport(390, 844);
  try {
    await settled();
    const menus = [...page.renderRoot.querySelectorAll<HTMLDetailsElement>('details.menu')];
    expect(menus.length).toBeGreaterThan(2);
    for (const menu of menus) {
      menu.open = true;
      const items = inside<HTMLElement>('.items', menu).getBoundingClientRect();
      expect(items.width).toBeGreaterThan(100);
      expect(items.left).toBeGreaterThanOrEqual(0);
      expect(items.right).toBeLessThanOrEqual(390);
      menu.open = false;
    }
  } finally {
    await browserPage.viewport(width, height);
  }
});

test('where the check stops at so many problems, the count says that there may be more', async () => {
  const draft = sample();
  const [voice] = draft.program.voices as [Voice];
  const faulty = (count: number): void => {
    const keyframes = Array.from({ length: 40 }, (_, index) => frame(index, { beat: index < count ? 400 : 10 }));
    page.doc.open({ ...draft, program: { ...draft.program, voices: [{ ...voice, keyframes }] } });
  };
  faulty(3);
  await vi.waitFor(() => expect(inside('.badge').textContent).toBe('3'), 5_000);
  faulty(40);
  await vi.waitFor(() => expect(inside('.badge').textContent).toBe('20+'), 5_000);
});

test('a problem leads to its field', async () => {
  page.doc.edit('Beat', setKeyframes(new Map([[0, [1]]]), { beat: 400 }));
  inside<HTMLElement>('#tab-problems').click();
  await vi.waitFor(() =>
    assert.ok(inside('nes-editor-problems').shadowRoot?.querySelector('.go')?.textContent?.includes('400')),
  );
  page.doc.select(1);
  inside<HTMLElement>('.go', inside('nes-editor-problems').shadowRoot as ShadowRoot).click();
  await vi.waitFor(() => {
    const inspector = inside('nes-editor-inspector').shadowRoot as ShadowRoot;
    const active = inspector.activeElement as HTMLElement;
    expect(active?.dataset.field).toBe('beat');
  });
  expect([...page.doc.state.selection]).toEqual([[0, [1]]]);
  expect(page.view.playhead).toBe(25);
});

test('voices that would clip are told with a remedy that works', async () => {
  page.doc.edit(
    'Level',
    setKeyframes(
      new Map([
        [0, [0, 1, 2, 3]],
        [1, [0, 1]],
      ]),
      { level: 0.9 },
    ),
  );
  inside<HTMLElement>('#tab-problems').click();
  const list = (): ShadowRoot => inside('nes-editor-problems').shadowRoot as ShadowRoot;
  await vi.waitFor(() => assert.ok(list().querySelector('li button:not(.go)')));
  inside<HTMLElement>('li button:not(.go)', list()).click();
  await vi.waitFor(() => expect(list().querySelector('li')).toBeNull());
  expect(page.doc.program.gain).toBeLessThan(0.56);
});

async function drop(name: string, text: string): Promise<void> {
  const transfer = new DataTransfer();
  transfer.items.add(new File([text], name));
  window.dispatchEvent(new DragEvent('dragenter', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  await page.updateComplete;
  assert.ok(page.renderRoot.querySelector('.drop'));
  window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
}

test('a dropped .sbg shows its notes with their lines before it takes the place of the work, and undo gives that back', async () => {
  await drop('river.sbg', '-SE\nbase: 200+8/80 100+4/90 mix/60\noff: -\n00:00 base\n00:10 off\n');
  await vi.waitFor(() => assert.ok(page.renderRoot.querySelector('nes-editor-import')));
  const dialog = inside<ImportDialog>('nes-editor-import');
  await dialog.updateComplete;
  const notes = [...(dialog.renderRoot as ShadowRoot).querySelectorAll('li')].map((item) => item.textContent ?? '');
  expect(notes.length).toBeGreaterThan(0);
  expect(notes.join(' ')).toMatch(/Line 1|The file/);
  expect(page.doc.draft, 'nothing happened yet').toEqual(sample());
  inside<HTMLElement>('button[value=open]', dialog.renderRoot).click();
  await vi.waitFor(() => expect(page.doc.draft.title).toBe('river'));
  expect(page.doc.program.voices.map(({ kind }) => kind)).toContain('SAMPLE');
  page.doc.undo();
  expect(page.doc.draft).toEqual(sample());
});

test('a file that is none changes nothing', async () => {
  const said: string[] = [];
  const listen = (event: Event): void => {
    said.push((event as Event & { toast: { message: string } }).toast.message);
  };
  window.addEventListener('nes-toast', listen);
  await drop('broken.sbg', 'base: 200+8/20\n00:00 nobody\n');
  await vi.waitFor(() => expect(said.length).toBe(1));
  window.removeEventListener('nes-toast', listen);
  expect(said[0]).toMatch(/2/);
  expect(page.doc.draft).toEqual(sample());
});

test('a link holds the program', async () => {
  const fragment = await shareFragment({
    title: 'From afar',
    program: sample().program,
    startClockSeconds: null,
    notes: [],
  });
  page.remove();
  await open(fragment);
  expect(page.doc.draft.title).toBe('From afar');
  expect(page.doc.program).toEqual(sample().program);
});

test('a control of one’s own program is kept on the device, without the beat; what has none is offered no control', async () => {
  const offered = () =>
    [...page.renderRoot.querySelectorAll<HTMLButtonElement>('.items button')].find((one) =>
      one.textContent?.includes('control without the beat'),
    );
  const before = (await localProtocols()).length;
  offered()?.click();
  const kept = await vi.waitFor(async () => {
    const all = await localProtocols();
    expect(all).toHaveLength(before + 1);
    return all.find(({ title }) => title === 'Sample (no beat)');
  });
  expect(kept?.program).toEqual(withoutBeat(sample().program));
  // The work at hand is what it was.
  expect(page.doc.program).toEqual(sample().program);
  page.doc.edit('Still', (state) => ({
    ...state,
    draft: { ...state.draft, program: withoutBeat(state.draft.program) },
  }));
  await settled();
  expect(offered()?.disabled).toBe(true);
});

test('a broken link is told on the page, in a sentence', async () => {
  for (const [hash, sentence] of [
    ['#program=1.AAAA', /The link is damaged: it cannot be unpacked\./],
    ['#program=7.AAAA', /The link is of another version; this one reads version 1\./],
  ] as const) {
    page.remove();
    history.replaceState(null, '', `/edit/new${hash}`);
    page = document.createElement('nes-editor-page') as EditorPage;
    page.params = {};
    document.body.append(page);
    await vi.waitFor(() => expect(page.renderRoot.textContent).toMatch(sentence));
  }
});

test('an export says everything that the file cannot hold', async () => {
  page.doc.edit('Waves', (state) => {
    const voices = state.draft.program.voices.map((one, index) =>
      index === 0 ? ({ ...one, waveform: 'SQUARE' } as Voice) : one,
    );
    return { ...state, draft: { ...state.draft, program: { ...state.draft.program, voices } } };
  });
  await settled();
  const buttons = [...page.renderRoot.querySelectorAll<HTMLButtonElement>('.items button')];
  buttons.find((one) => one.textContent?.includes('Gnaural'))?.click();
  const said = await vi.waitFor(() => {
    const items = page.renderRoot.querySelector('nes-editor-export')?.shadowRoot?.querySelectorAll('li');
    assert.ok(items && items.length > 0);
    return [...items].map((one) => one.textContent);
  });
  expect(said).toContain('Tone: Gnaural plays a sine.');
  expect(said.some((one) => one?.startsWith('Bed: Gnaural’s noise') || one?.startsWith("Bed: Gnaural's noise"))).toBe(
    true,
  );
});

test('two states lie over each other on one scale: what was dashed, what is in its colour, filled between', () => {
  const canvas = document.createElement('canvas');
  canvas.width = 600;
  canvas.height = 300;
  const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
  const { program } = sample();
  const at = (beat: number): Voice => {
    const voice = program.voices[0] as Voice;
    return { ...voice, keyframes: voice.keyframes.map((one) => ({ ...one, beat })) };
  };
  const axis = axisOf(program, at(10), 'beat');
  drawComparison(context, {
    program,
    voice: at(10),
    axis,
    window: { from: 0, to: 100, width: 600, height: 300 },
    palette: { ...palette, quiet: '#f0f0f0' },
    grid: 1000,
    active: false,
    wording: String,
    clock: String,
    before: at(20),
    after: at(10),
    beforeSeconds: 100,
    pointed: null,
  });
  const row = (beat: number): Uint8ClampedArray =>
    context.getImageData(200, Math.round(yOfShare(shareOf(axis, beat), 300)), 100, 1).data;
  const share = (data: Uint8ClampedArray, test: (r: number, g: number, b: number, a: number) => boolean): number => {
    let found = 0;
    for (let x = 0; x < 100; x++) {
      const [r = 0, g = 0, b = 0, a = 0] = data.subarray(x * 4, x * 4 + 4);
      if (test(r, g, b, a)) found++;
    }
    return found;
  };
  // What is: the colour of its band, without a gap. What was: a quiet line with gaps.
  expect(share(row(10), (r, g, b, a) => r < 20 && g > 235 && b < 20 && a > 230)).toBe(100);
  const dashes = share(row(20), (r, g, b, a) => r > 180 && g > 180 && b > 180 && a > 150);
  expect(dashes).toBeGreaterThan(30);
  expect(dashes).toBeLessThan(80);
  // Between the two something lies that lies neither above nor below.
  const alphaAt = (beat: number): number => row(beat)[3] ?? 0;
  expect(alphaAt(14)).toBeGreaterThan(alphaAt(28) + 20);
});

/** Real fingers, as the browser makes their events. */
async function fingers(type: 'touchStart' | 'touchMove' | 'touchEnd', ...places: [number, number][]): Promise<void> {
  const box = window.frameElement?.getBoundingClientRect();
  const scale = box ? box.width / innerWidth : 1;
  await cdp().send('Input.dispatchTouchEvent', {
    type,
    touchPoints: places.map(([x, y], id) => ({ id, x: (box?.left ?? 0) + x * scale, y: (box?.top ?? 0) + y * scale })),
  });
}

test('a finger drags a point, two of them zoom, and one that rests draws a box', async () => {
  const from = placeOf(0, 2);
  await fingers('touchStart', from);
  for (let step = 1; step <= 6; step++) await fingers('touchMove', [from[0] + step * 10, from[1] - step * 8]);
  await settled();
  await fingers('touchEnd');
  await settled();
  expect(points()[2]?.at).toBeGreaterThan(52);
  expect(points()[2]?.beat).toBeGreaterThan(6.5);
  expect(page.doc.depth).toBe(1);

  const lane = (lanes()[0] as HTMLElement).getBoundingClientRect();
  const y = lane.bottom - 30;
  const middle = lane.left + lane.width / 2;
  const seen = page.view.to - page.view.from;
  await fingers('touchStart', [middle - 50, y], [middle + 50, y]);
  for (let step = 1; step <= 5; step++)
    await fingers('touchMove', [middle - 50 - step * 10, y], [middle + 50 + step * 10, y]);
  await settled();
  await fingers('touchEnd');
  // Twice as far apart, half as much time.
  expect(page.view.to - page.view.from).toBeCloseTo(seen / 2, 0);
  expect(page.doc.depth).toBe(1);

  page.view.fit();
  page.doc.select(0);
  await settled();
  const corner: [number, number] = [lane.left + lane.width * 0.15, lane.top + 4];
  await fingers('touchStart', corner);
  await new Promise((resolve) => setTimeout(resolve, 700));
  for (let step = 1; step <= 6; step++) {
    await fingers('touchMove', [
      corner[0] + (lane.width * 0.7 * step) / 6,
      corner[1] + ((lane.height - 10) * step) / 6,
    ]);
  }
  await settled();
  await fingers('touchEnd');
  await settled();
  expect(page.doc.state.selection.get(0)).toEqual([1, 2]);
});

test('the strip at the foot shows what is seen: it moves with keys and pointer, and goes when all is seen', async () => {
  const overview = page.renderRoot
    .querySelector('nes-editor-lanes')
    ?.shadowRoot?.querySelector('nes-editor-overview') as HTMLElement;
  const strip = () => overview.shadowRoot?.querySelector<HTMLElement>('.strip') ?? null;
  assert.isNull(strip());
  page.view.show(20, 40);
  await vi.waitFor(() => assert.strictEqual(strip()?.getAttribute('aria-valuenow'), '20'));
  strip()?.focus();
  await userEvent.keyboard('{ArrowRight}');
  assert.closeTo(page.view.from, 22, 0.001);
  await userEvent.keyboard('{End}');
  assert.closeTo(page.view.from, 80, 0.5);
  await userEvent.keyboard('{Home}');
  assert.closeTo(page.view.from, 0, 0.5);

  const box = (strip() as HTMLElement).getBoundingClientRect();
  const point = (type: string, seconds: number) =>
    strip()?.dispatchEvent(
      new PointerEvent(type, {
        pointerId: 1,
        clientX: box.left + (seconds / 100) * box.width,
        clientY: box.top + 10,
        button: 0,
        bubbles: true,
      }),
    );
  (strip() as HTMLElement).setPointerCapture = () => {};
  page.view.show(20, 40);
  point('pointerdown', 30);
  point('pointermove', 50);
  assert.closeTo(page.view.from, 40, 0.001, 'taken in its middle it moves as far as the pointer');
  point('pointerup', 50);
  point('pointerdown', 60);
  point('pointermove', 80);
  point('pointerup', 80);
  assert.closeTo(page.view.from, 40, 0.001);
  assert.closeTo(page.view.to, 80, 0.001, 'taken at its end it grows');
  page.view.show(20, 30);
  point('pointerdown', 60);
  point('pointerup', 60);
  assert.closeTo(page.view.from, 55, 0.001, 'beside it, its middle comes there');
  page.view.fit();
  await vi.waitFor(() => assert.isNull(strip()));
});

test('unsaved work is there again after a reload', async () => {
  page.doc.edit('Beat', setKeyframes(new Map([[0, [1]]]), { beat: 9 }));
  page.remove();
  await new Promise((resolve) => setTimeout(resolve, 100));
  await open();
  await vi.waitFor(() => expect(points()[1]?.beat).toBe(9));
  expect(page.doc.changed).toBe(true);
});

test('nothing that axe knows is wrong, with every panel open', async () => {
  page.doc.select(0, new Map([[0, [1]]]));
  for (const dock of ['problems', 'points', 'generate']) {
    inside<HTMLElement>(`#tab-${dock}`).click();
    await page.updateComplete;
    await vi.waitFor(() => assert.ok(inside('.panel-body > *').shadowRoot), 10_000);
    await settled();
    const { violations } = await axe.run(page, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    });
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`),
    ).toEqual([]);
  }
});
