import { checkProgram } from '@nes/program/check.ts';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { define } from '../../elements/define.ts';
import { playerSession } from '../../session/session.ts';
import { PlayerPage } from './player-page.ts';
import '../../styles/tokens.css';

define('nes-player-page', PlayerPage);

test('the black screen is black: at least 999 of 1,000 pixels are #000, and a touch ends it', async () => {
  await page.viewport(390, 844);
  const program = checkProgram({
    durationSeconds: 1800,
    voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, beat: 6, level: 0.3 }] }],
  });
  await playerSession.open({ id: null, revisionId: null, slug: null, title: 'Night', category: 'SLEEP', program });
  const element = document.createElement('nes-player-page') as PlayerPage;
  document.body.style.margin = '0';
  document.body.append(element);
  await element.updateComplete;
  element.night = true;
  await element.updateComplete;
  expect(element.renderRoot.querySelector('.black')?.textContent?.trim()).toBe('30:00');
  const picture = new Image();
  picture.src = `data:image/png;base64,${await page.screenshot({ save: false })}`;
  await picture.decode();
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(picture, 0, 0);
  // Without the outermost pixels: the runner scales its frame, which mixes them with what lies around it.
  const { data } = context.getImageData(1, 1, picture.width - 2, picture.height - 2);
  let lit = 0;
  for (let at = 0; at < data.length; at += 4) if (data[at] || data[at + 1] || data[at + 2]) lit++;
  expect(lit).toBeGreaterThan(0);
  expect(1 - lit / (data.length / 4)).toBeGreaterThanOrEqual(0.999);
  element.renderRoot.querySelector<HTMLElement>('.black')?.click();
  await element.updateComplete;
  expect(element.renderRoot.querySelector('.black')).toBeNull();
  element.remove();
});
