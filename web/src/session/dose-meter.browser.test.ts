import { energy, type Hours } from '@nes/program/dose.ts';
import { playedLevelDb } from '@nes/program/loudness.ts';
import type { Program } from '@nes/program/model.ts';
import { beforeEach, expect, it } from 'vitest';
import { Player } from '../audio/player.ts';
import { headphoneCheck } from '../audio/tones.ts';
import { readValue, writeValue } from '../data/store.ts';
import { doseMeter } from './dose-meter.ts';

/** A minute of one steady tone. */
const steady: Program = {
  ...headphoneCheck('BOTH'),
  durationSeconds: 60,
  phases: [{ name: 'Tone', description: '', durationSeconds: 60, colour: '#7c9cff' }],
  voices: [
    {
      kind: 'BINAURAL',
      name: 'Tone',
      waveform: 'SINE',
      keyframes: [{ at: 0, carrier: 330, beat: 0, level: 0.25, pan: 0, curve: 'HOLD' }],
    },
  ],
};

interface Kept {
  hours: Hours;
  offsetDb: number | null;
}

const kept = async (): Promise<Kept> => (await readValue<Kept>('loudness')) ?? { hours: {}, offsetDb: null };
const sum = (hours: Hours, place: 0 | 1): number => Object.values(hours).reduce((all, one) => all + one[place], 0);

beforeEach(() => writeValue('loudness', undefined));

it('counts the time that was really listened, at the volume that was set, and keeps it; a calibration gives it decibels', async () => {
  const player = new Player();
  doseMeter.follow(player);
  player.load(steady);
  player.setVolume(0.5);
  const begin = performance.now();
  await player.play();
  await expect.poll(() => performance.now() - begin, { timeout: 10_000 }).toBeGreaterThan(1_000);
  const least = performance.now() - begin;
  player.pause();
  const most = performance.now() - begin;
  await expect.poll(async () => sum((await kept()).hours, 1)).toBeGreaterThan(0);
  const counted = sum((await kept()).hours, 1);
  const level = playedLevelDb(steady, 30, 0.5);
  expect(counted).toBeGreaterThan(energy(level, least / 1000) * 0.9);
  expect(counted).toBeLessThan(energy(level, most / 1000) * 1.1);

  // Paused, nothing is added.
  await new Promise((later) => setTimeout(later, 300));
  expect(sum((await kept()).hours, 1)).toBe(counted);

  await doseMeter.calibrate(steady, 0.5);
  expect(doseMeter.calibrated).toBe(true);
  const known = await kept();
  expect(known.offsetDb).toBeCloseTo(60 - level, 6);
  expect(sum(known.hours, 1)).toBe(0);
  // As loud as a conversation: 60 dB for that time.
  expect(10 * Math.log10(sum(known.hours, 0) / (counted / energy(level, 1)))).toBeCloseTo(60, 6);
  player.dispose();
});

it('warns when the week passes 80 % and again at 100 %, each once', async () => {
  const player = new Player();
  doseMeter.follow(player);
  player.load(steady);
  player.setVolume(1);
  const hour = Math.floor(Date.now() / 3_600_000);
  const told: number[] = [];
  doseMeter.addEventListener('warning', (event) => told.push((event as CustomEvent<number>).detail));
  const hear = async (share: number): Promise<void> => {
    const before = told.length;
    const state = { hours: { [hour - 1]: [energy(80, 144_000) * share, 0] }, offsetDb: 90, calibratedAt: null };
    await writeValue('loudness', { ...state, warned: told.at(-1) ?? 0 });
    await player.play();
    await new Promise((later) => setTimeout(later, 120));
    player.pause();
    await expect.poll(async () => sum((await kept()).hours, 0)).toBeGreaterThan(energy(80, 144_000) * share);
    if (share > 0.8 && share !== 0.9) await expect.poll(() => told.length).toBeGreaterThan(before);
  };
  await hear(0.5);
  expect(told).toEqual([]);
  await hear(0.81);
  await hear(0.9);
  expect(told).toEqual([0.8]);
  await hear(1.01);
  expect(told).toEqual([0.8, 1]);
  player.dispose();
});
