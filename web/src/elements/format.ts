import { msg, str } from '@lit/localize';

const thin = '\u202f';

/** The page's language; `speech.ts` sets it together with the strings. */
export let language = 'en';
let rules: Intl.PluralRules | undefined;
export const setFormatLanguage = (code: string): void => {
  language = code;
  rules = undefined;
};

/**
 * Whether a count goes with the singular: in French 0 does, too. The text of the singular has the number in it, because it need not be 1. From 2 up nothing spoken
 * here does (plurals.test.ts), and the first use of `Intl` takes a phone 30 ms.
 */
export const isOne = (count: number): boolean => {
  if (count >= 2) return false;
  rules ??= new Intl.PluralRules(language);
  return rules.select(count) === 'one';
};

/**
 * Below a thousand the languages differ in the decimal sign alone: the first use of `Intl` takes a phone 30 ms, which a
 * page would spend before it shows anything.
 */
function withDigits(value: number, least: number, most: number): string {
  if (!(Math.abs(value) < 999))
    return value.toLocaleString(language, { minimumFractionDigits: least, maximumFractionDigits: most });
  // A little more, so that a half such as 8.45, which is a little less in binary, is rounded up.
  const text = (value + 1e-9).toFixed(most);
  return (least < most ? String(Number(text)) : text).replace('.', language === 'en' ? '.' : ',');
}

export const number = (value: number, digits = 0): string => withDigits(value, digits, digits).replace('-', '−');

/** `8.4 Hz`, with a thin space; two digits below 1 Hz. */
export const hertz = (value: number, digits = value < 1 ? 2 : 1): string => `${number(value, digits)}${thin}Hz`;

/** A range as people write it: `6–12 Hz`; digits only where they say something. */
export function hertzRange(low: number, high: number): string {
  const short = (value: number): string => withDigits(value, 0, value < 1 ? 2 : 1);
  return short(low) === short(high) ? `${short(low)}${thin}Hz` : `${short(low)}–${short(high)}${thin}Hz`;
}

/** `12:30`, or `1:02:30` from an hour up. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds + 1e-6));
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** `12 min`; seconds below a minute. */
export function duration(seconds: number): string {
  if (seconds > 0 && seconds < 59.5) return `${number(Math.round(seconds))}${thin}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${number(minutes)}${thin}min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${number(hours)}${thin}h` : `${number(hours)}${thin}h ${number(minutes % 60)}${thin}min`;
}

/** The same for a screen reader. */
export function spokenDuration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const rest = Math.round(seconds - minutes * 60);
  const whole = isOne(minutes) ? msg(str`${minutes} minute`) : msg(str`${minutes} minutes`);
  if (minutes > 0 && rest === 0) return whole;
  const part = isOne(rest) ? msg(str`${rest} second`) : msg(str`${rest} seconds`);
  return minutes > 0 ? `${whole} ${part}` : part;
}

export const signed = (value: number, digits = 1): string =>
  `${value > 0 ? '+' : value < 0 ? '−' : '±'}${number(Math.abs(value), digits)}`;

export const date = (iso: string, options: Intl.DateTimeFormatOptions = { dateStyle: 'medium' }): string =>
  new Intl.DateTimeFormat(language, options).format(new Date(iso));

export const time = (iso: string): string =>
  new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(new Date(iso));

export const percent = (share: number): string => `${number(share * 100)}${thin}%`;
