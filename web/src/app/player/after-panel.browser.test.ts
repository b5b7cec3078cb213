import { afterEach, describe, expect, it } from 'vitest';
import { define } from '../../elements/define.ts';
import type { LocalSession, RatingValues } from '../../session/log.ts';
import { AfterPanel, type NesRateEvent } from './after-panel.ts';
import '../../styles/tokens.css';

define('nes-after-panel', AfterPanel);

const record: LocalSession = {
  id: '00000000-0000-4000-8000-000000000001',
  protocolId: null,
  revisionId: null,
  slug: 'nap',
  title: 'Nap',
  category: 'NAP',
  durationSeconds: 1200,
  timeZone: 'UTC',
  startedAt: '2026-01-01T12:00:00.000Z',
  endedAt: '2026-01-01T12:20:00.000Z',
  state: 'COMPLETED',
  volume: 0.5,
  scene: '',
  playedSeconds: 1200,
  events: [],
  rating: null,
  ratingSent: false,
  refused: null,
  unsent: 0,
};

async function open(): Promise<{ panel: AfterPanel; said: RatingValues[] }> {
  const panel = document.createElement('nes-after-panel') as AfterPanel;
  const said: RatingValues[] = [];
  panel.record = record;
  panel.addEventListener('nes-rate', (event: NesRateEvent) => {
    said.push(event.values);
    panel.record = { ...record, rating: { ...panel.record?.rating, ...event.values } };
  });
  document.body.append(panel);
  await panel.updateComplete;
  await new Promise(requestAnimationFrame);
  return { panel, said };
}

afterEach(() => document.body.replaceChildren());

describe('nes-after-panel', () => {
  it('asks for the three feelings of the category', async () => {
    const { panel } = await open();
    const labels = [...panel.renderRoot.querySelectorAll('nes-scale')].map(({ label }) => label);
    expect(labels).toEqual(['Calm', 'Focus', 'Sleepiness']);
  });

  it('says each answer at once, before and after apart', async () => {
    const { panel, said } = await open();
    const [calm] = panel.renderRoot.querySelectorAll('nes-scale');
    for (const [moment, value] of [
      ['after', '8'],
      ['before', '3'],
    ]) {
      const input = calm?.renderRoot.querySelector<HTMLInputElement>(`input.${moment}`);
      if (!input) throw new Error('There is no such scale.');
      input.value = value ?? '';
      input.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }
    panel.renderRoot.querySelector<HTMLInputElement>('input[name=stars][value="4"]')?.click();
    expect(said).toEqual([{ calmAfter: 8 }, { calmBefore: 3 }, { stars: 4 }]);
    await panel.updateComplete;
    expect(panel.renderRoot.querySelectorAll('.stars label.lit')).toHaveLength(4);
    expect(panel.renderRoot.querySelector('[role=status]')?.textContent?.trim()).toBe('Saved.');
  });

  it('can be skipped without saying anything', async () => {
    const { panel, said } = await open();
    let done = 0;
    panel.addEventListener('nes-done', () => done++);
    const button = panel.renderRoot.querySelector<HTMLButtonElement>('.actions button');
    expect(button?.textContent?.trim()).toBe('Skip');
    button?.click();
    expect(done).toBe(1);
    expect(said).toEqual([]);
  });
});
