/** SBaGen takes a twelfth off a bell every 50 ms: −60 dB after ln(1000) / (20 · ln(12/11)) seconds. */
export const BELL_DECAY_SECONDS = 3.97;

/** SBaGen+ gates where a sine exceeds 0.3: on for 0.403 of the period, rising and falling all the time. */
export const SBAGEN_DUTY = 0.403;

/** Gnaural ramps its pulses over 100 samples at 44.1 kHz. */
export const PULSE_EDGE_SECONDS = 100 / 44_100;

/** Length of Gnaural's drops in samples at 44.1 kHz: 8192 table steps read at 8 to 134 a sample; 44 for rain. */
export const DROP_SAMPLES = { WATER: (8192 * Math.log(134 / 8)) / 126, RAIN: 44 };
