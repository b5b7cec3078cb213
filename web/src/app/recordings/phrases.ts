import { msg, str } from '@lit/localize';
import type { Phrases } from '../../audio/analysis/sentence.ts';
import { number } from '../../elements/format.ts';
import { list } from '../../elements/list.ts';

/** A number of at most two decimals, in the page's language. */
export function figure(value: number): string {
  const [, decimals = ''] = String(Number(value.toFixed(2))).split('.');
  return number(value, decimals.length);
}

/** The words of the sentence in the page's language. */
export const phrases = (): Phrases => ({
  number: figure,
  hertz: (value) => `${value} Hz`,
  glide: (from, to) => msg(str`${from} to ${to}`),
  binaural: (beat, tones) => msg(str`a ${beat} binaural pair, ${tones}`),
  monaural: (beat, tones, ear) =>
    ear === 'left'
      ? msg(str`a ${beat} monaural beat in the left ear, ${tones}`)
      : ear === 'right'
        ? msg(str`a ${beat} monaural beat in the right ear, ${tones}`)
        : msg(str`a ${beat} monaural beat in both ears, ${tones}`),
  isochronic: (beat, tone, alternating) =>
    alternating
      ? msg(str`${beat} pulses of a ${tone} tone that change ears`)
      : msg(str`${beat} pulses of a ${tone} tone`),
  modulation: (beat) => msg(str`noise or music that grows louder and softer at ${beat}`),
  and: (first, second) => msg(str`${first} and ${second}`),
  list,
  tone: (hertz, ear) =>
    ear === 'left'
      ? msg(str`a ${hertz} tone in the left ear`)
      : ear === 'right'
        ? msg(str`a ${hertz} tone in the right ear`)
        : msg(str`a ${hertz} tone in both ears`),
  over: (found, bed) => msg(str`${found}, over ${bed}`),
  noise: (colour) =>
    colour === 'white'
      ? msg('white noise')
      : colour === 'pink'
        ? msg('pink noise')
        : colour === 'brown'
          ? msg('brown noise')
          : msg('noise'),
  says: (label) => msg(str`The label says ${label}`),
  labelKind: (kind, beat) => (kind === null ? beat : `${kind} ${beat}`),
  right: (found) => msg(str`It is right: ${found}.`),
  wrong: (missing, found) => msg(str`It has ${missing}: ${found}.`),
  missing: (kind, beat) => (kind === 'isochronic' ? msg(str`no pulses at ${beat}`) : msg(str`no beat at ${beat}`)),
  nothing: msg('no beat was found'),
  only: (bed) => msg(str`only ${bed}`),
  holds: (found) => msg(str`It holds ${found}.`),
  strobe: (kind) => msg(str`It carries ${kind} signals for light glasses.`),
});
