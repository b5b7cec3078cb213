import { msg, str } from '@lit/localize';
import { carrierUnit, type OwnFieldName } from '@nes/program/kinds.ts';
import type { Curve, Voice, Waveform } from '@nes/program/model.ts';
import { clock, isOne, number } from '../../elements/format.ts';
import type { Parameter } from './axis.ts';

const thin = '\u202f';

export const curves: readonly Curve[] = ['LINEAR', 'HOLD', 'SMOOTH'];
export const waveforms: readonly Waveform[] = ['SINE', 'TRIANGLE', 'SQUARE', 'SAWTOOTH', 'HARMONICS'];

export function parameterName(parameter: Parameter, voice: Voice): string {
  switch (parameter) {
    case 'beat':
      return msg('Beat');
    case 'carrier':
      return carrierUnit(voice) === 'MICROSECONDS' ? msg('Width') : msg('Carrier');
    case 'level':
      return msg('Level');
    case 'pan':
      return msg('Pan');
  }
}

export function unitOf(parameter: Parameter, voice: Voice): string {
  if (parameter === 'carrier') return carrierUnit(voice) === 'MICROSECONDS' ? 'µs' : 'Hz';
  return parameter === 'beat' ? 'Hz' : '';
}

export function curveName(curve: Curve): string {
  switch (curve) {
    case 'LINEAR':
      return msg('Straight');
    case 'HOLD':
      return msg('Hold');
    case 'SMOOTH':
      return msg('Smooth');
  }
}

export function waveformName(waveform: Waveform): string {
  switch (waveform) {
    case 'SINE':
      return msg('Sine');
    case 'TRIANGLE':
      return msg('Triangle');
    case 'SQUARE':
      return msg('Square');
    case 'SAWTOOTH':
      return msg('Sawtooth');
    case 'HARMONICS':
      return msg('Own partials');
  }
}

/** At most `digits` behind the comma, and no more than are there. */
export function short(value: number, digits = 3): string {
  for (let count = 0; count < digits; count++) {
    if (Math.abs(value - Number(value.toFixed(count))) < 10 ** -(digits + 2)) return number(value, count);
  }
  return number(value, digits);
}

/** A value as people read it: `8.4 Hz`, `0.3`, `L 20`. */
export function wording(parameter: Parameter, value: number, voice: Voice): string {
  const unit = unitOf(parameter, voice);
  if (parameter === 'pan') {
    if (value === 0) return msg('Centre');
    return `${value < 0 ? msg('Left') : msg('Right')} ${Math.round(Math.abs(value) * 100)}`;
  }
  return unit ? `${short(value, 2)}${thin}${unit}` : short(value, 3);
}

/** `2:30`, with tenths to thousandths where there are any: `2:30.25`. */
export function preciseClock(seconds: number): string {
  const thousandths = Math.round(seconds * 1000);
  const rest = thousandths % 1000;
  const whole = clock((thousandths - rest) / 1000);
  return rest === 0 ? whole : `${whole}.${String(rest).padStart(3, '0').replace(/0+$/, '')}`;
}

/** Reads `90`, `1:30`, `1:02:30.5`; with a comma as decimal sign too. Null: not a time. */
export function readTime(text: string): number | null {
  const parts = text.trim().replace(',', '.').split(':');
  if (parts.length > 3) return null;
  let seconds = 0;
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    if (!(last ? /^\d+(\.\d+)?$/ : /^\d+$/).test(part)) return null;
    const value = Number(part);
    if (index > 0 && value >= 60) return null;
    seconds = seconds * 60 + value;
  }
  return Number(seconds.toFixed(6));
}

/** Reads a number; a comma is a decimal sign, `−` is a minus. Null: not a number. */
export function readNumber(text: string): number | null {
  const plain = text.trim().replace('−', '-').replace(',', '.');
  return /^-?(\d+\.?\d*|\.\d+)(e-?\d+)?$/i.test(plain) ? Number(plain) : null;
}

export const voiceCount = (count: number): string =>
  isOne(count) ? msg(str`${count} voice`) : msg(str`${count} voices`);
export const pointCount = (count: number): string =>
  isOne(count) ? msg(str`${count} point`) : msg(str`${count} points`);
export const pointsChosen = (count: number): string =>
  isOne(count) ? msg(str`${count} point chosen`) : msg(str`${count} points chosen`);
export const pointsCopied = (count: number): string =>
  isOne(count) ? msg(str`${count} point copied`) : msg(str`${count} points copied`);
export const noteCount = (count: number): string => (isOne(count) ? msg(str`${count} note`) : msg(str`${count} notes`));
export const differenceCount = (count: number): string =>
  isOne(count) ? msg(str`${count} difference`) : msg(str`${count} differences`);

/** How a kind's own field is called: its label, its unit, the names of its choices. */
export interface FieldWords {
  label: () => string;
  unit?: string;
  choices?: Readonly<Record<string, () => string>>;
}

export const fieldWords: Readonly<Record<OwnFieldName, FieldWords>> = {
  duty: { label: () => msg('Sounding share') },
  depth: { label: () => msg('Depth') },
  edgeSeconds: { label: () => msg('Edge'), unit: 's' },
  alternating: { label: () => msg('Each pulse in the other ear') },
  irregularity: { label: () => msg('Irregular') },
  colour: {
    label: () => msg('Colour'),
    choices: { WHITE: () => msg('White'), PINK: () => msg('Pink'), BROWN: () => msg('Brown') },
  },
  correlation: { label: () => msg('Ears alike') },
  modulationDepth: { label: () => msg('Modulation') },
  spin: { label: () => msg('Moves between the ears at the beat') },
  decaySeconds: { label: () => msg('Rings for'), unit: 's' },
  texture: { label: () => msg('Texture'), choices: { WATER: () => msg('Water'), RAIN: () => msg('Rain') } },
  dropsPerSecond: { label: () => msg('Drops'), unit: '/ s' },
  count: { label: () => msg('At once') },
  sampleName: { label: () => msg('What file is meant') },
};
