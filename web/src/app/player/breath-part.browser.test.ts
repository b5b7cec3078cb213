import { checkProgram } from '@nes/program/check.ts';
import { breathingVoice } from '@nes/program/generate.ts';
import { afterEach, expect, test, vi } from 'vitest';
import { define } from '../../elements/define.ts';
import { playerSession } from '../../session/session.ts';
import { soundChoices } from '../../session/sound-choices.ts';
import { pressPlay } from '../../testing/press-play.ts';
import { BreathPart } from './breath-part.ts';

define('nes-breath', BreathPart);

const program = checkProgram({
  durationSeconds: 60,
  voices: [breathingVoice({ seconds: 60, breathsPerMinute: [15, 15], parts: [1, 0, 1, 0], levels: [0.01, 0.1] })],
});

afterEach(() => {
  playerSession.stop();
  document.querySelector('nes-breath')?.remove();
  soundChoices.save({ vibrate: true });
  vi.restoreAllMocks();
});

async function play(): Promise<BreathPart> {
  await playerSession.open({ id: null, revisionId: null, slug: null, title: 'Breath', category: 'BREATHING', program });
  await pressPlay();
  const element = document.createElement('nes-breath') as BreathPart;
  document.body.append(element);
  return element;
}

test('bars at both edges rise and sink with the breath, and in feels different from out', async () => {
  const felt: string[] = [];
  vi.spyOn(navigator, 'vibrate').mockImplementation((pattern) => {
    felt.push(JSON.stringify(pattern));
    return true;
  });
  const element = await play();
  const heights: number[] = [];
  await vi.waitFor(
    () => {
      const bars = [...element.renderRoot.querySelectorAll('i')];
      const scale = Number(/scaleY\(([\d.]+)\)/.exec(bars[0]?.style.transform ?? '')?.[1]);
      if (Number.isFinite(scale)) heights.push(scale);
      expect(bars.length === 0 || bars[0]?.style.transform === bars[1]?.style.transform).toBe(true);
      expect(new Set(felt)).toEqual(new Set(['[140]', '[45,90,45]']));
      expect(Math.max(...heights) - Math.min(...heights)).toBeGreaterThan(0.5);
    },
    { timeout: 12_000, interval: 50 },
  );
});

test('who does not want it is not shaken', async () => {
  soundChoices.save({ vibrate: false });
  const vibrate = vi.spyOn(navigator, 'vibrate').mockImplementation(() => true);
  const element = await play();
  await vi.waitFor(() => expect(element.renderRoot.querySelectorAll('i')).toHaveLength(2), { timeout: 5_000 });
  await new Promise((later) => setTimeout(later, 2_500));
  expect(vibrate).not.toHaveBeenCalled();
});
