/**
 * Tones that drive light glasses from the sound, as SpectraStrobe and AudioStrobe use them. A SpectraStrobe
 * reference goes from ear to ear with a square wave of 10 to 20 Hz; each colour's level is its brightness, ear by ear. AudioStrobe has 19.2 kHz
 * alone.
 */
export type StrobeChannel = 'reference' | 'red' | 'green' | 'blue';

export const STROBE: readonly { channel: StrobeChannel; hertz: number }[] = [
  { channel: 'reference', hertz: 18_200 },
  { channel: 'red', hertz: 18_700 },
  { channel: 'green', hertz: 19_200 },
  { channel: 'blue', hertz: 19_700 },
];

export const AUDIO_STROBE_HZ = 19_200;

export const STROBE_KINDS = ['SpectraStrobe', 'AudioStrobe'] as const;

export type StrobeKind = (typeof STROBE_KINDS)[number];

/** Sounds that carry signals for glasses have nothing else from here on. */
export const STROBE_FROM_HZ = 17_500;

/** Amplitude of the reference, and of a colour at full brightness: what makers of such tracks recommend, −39.5 dB. */
export const STROBE_LEVEL = 10 ** (-39.5 / 20);

/** Lowest sample rate that holds the tones. */
export const STROBE_RATE = 44_100;
