import { msg, str } from '@lit/localize';
import { clock, number } from '../../elements/format.ts';
import type { Curve, Voice, VoiceKind, Waveform } from '../../program/model.ts';
import type { Parameter } from './axis.ts';

const thin = '\u202f';

export function kindName(kind: VoiceKind): string {
  switch (kind) {
    case 'BINAURAL':
      return msg('Binaural');
    case 'MONAURAL':
      return msg('Monaural');
    case 'ISOCHRONIC':
      return msg('Isochronic');
    case 'NOISE':
      return msg('Noise');
    case 'BELL':
      return msg('Bell');
    case 'DROPS':
      return msg('Drops');
    case 'SAMPLE':
      return msg('Own sound file');
  }
}

export const kinds: readonly VoiceKind[] = ['BINAURAL', 'MONAURAL', 'ISOCHRONIC', 'NOISE', 'BELL', 'DROPS', 'SAMPLE'];
export const curves: readonly Curve[] = ['LINEAR', 'HOLD', 'SMOOTH'];
export const waveforms: readonly Waveform[] = ['SINE', 'TRIANGLE', 'SQUARE', 'SAWTOOTH', 'HARMONICS'];

export function parameterName(parameter: Parameter, voice: Voice): string {
  switch (parameter) {
    case 'beat':
      return msg('Beat');
    case 'carrier':
      return voice.kind === 'NOISE' ? msg('Width') : msg('Carrier');
    case 'level':
      return msg('Level');
    case 'pan':
      return msg('Pan');
  }
}

export function unitOf(parameter: Parameter, voice: Voice): string {
  if (parameter === 'carrier') return voice.kind === 'NOISE' ? 'µs' : 'Hz';
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

export const voiceCount = (count: number): string => (count === 1 ? msg('1 voice') : msg(str`${count} voices`));
export const pointCount = (count: number): string => (count === 1 ? msg('1 point') : msg(str`${count} points`));
export const noteCount = (count: number): string => (count === 1 ? msg('1 note') : msg(str`${count} notes`));
export const differenceCount = (count: number): string =>
  count === 1 ? msg('1 difference') : msg(str`${count} differences`);
