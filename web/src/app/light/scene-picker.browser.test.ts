import { afterEach, expect, test, vi } from 'vitest';
import { define } from '../../elements/define.ts';
import { sceneIds } from '../../visuals/scene.ts';
import { NesSceneEvent, ScenePicker } from './scene-picker.ts';

define('nes-scene-picker', ScenePicker);

afterEach(() => document.body.replaceChildren());

function picker(): ScenePicker {
  const element = document.createElement('nes-scene-picker') as ScenePicker;
  element.style.width = '480px';
  element.value = 'aurora';
  document.body.append(element);
  return element;
}

const brightest = (canvas: HTMLCanvasElement): number => {
  const data = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(0, 0, canvas.width, canvas.height);
  return data.data.reduce((most, value, i) => (i % 4 === 3 ? most : Math.max(most, value)), 0);
};

test('every scene shows a picture of itself, drawn in one WebGL context, and then stands still', async () => {
  const contexts = vi.spyOn(HTMLCanvasElement.prototype, 'getContext');
  const element = picker();
  await vi.waitFor(
    () => {
      const canvases = [...element.renderRoot.querySelectorAll('canvas')];
      expect(canvases).toHaveLength(sceneIds.length);
      for (const canvas of canvases) expect(brightest(canvas)).toBeGreaterThan(40);
    },
    { timeout: 60_000, interval: 500 },
  );
  expect(contexts.mock.calls.filter(([kind]) => String(kind).startsWith('webgl'))).toHaveLength(1);
  contexts.mockRestore();
  const pictures = (): string[] => [...element.renderRoot.querySelectorAll('canvas')].map((one) => one.toDataURL());
  let before = pictures();
  await vi.waitFor(
    () => {
      const now = pictures();
      const same = now.every((picture, i) => picture === before[i]);
      before = now;
      expect(same).toBe(true);
    },
    { timeout: 60_000, interval: 1000 },
  );
  expect(new Set(before).size).toBe(sceneIds.length);
}, 120_000);

test('the chosen scene is marked, and another choice is told', async () => {
  const element = picker();
  await element.updateComplete;
  const radio = (id: string) => element.renderRoot.querySelector<HTMLInputElement>(`input[value="${id}"]`);
  expect(radio('aurora')?.checked).toBe(true);
  expect(radio('')).toBeNull();
  const told = new Promise<string>((resolve) =>
    element.addEventListener(NesSceneEvent.type, (event) => resolve((event as NesSceneEvent).scene), { once: true }),
  );
  radio('tunnel')?.click();
  expect(await told).toBe('tunnel');
});
