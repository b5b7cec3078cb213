/** One of each kind of sound that is computed, with glides: a stimulus whose bytes must be the same wherever it is rendered. */
export const STIMULUS = {
  durationSeconds: 4,
  seed: 26,
  gain: 0.9,
  voices: [
    {
      kind: 'BINAURAL',
      keyframes: [
        { at: 0, carrier: 210, beat: 12, level: 0.2 },
        { at: 3, carrier: 190, beat: 5.5, level: 0.2, curve: 'SMOOTH' },
        { at: 4, carrier: 200, beat: 6, level: 0.1 },
      ],
    },
    {
      kind: 'ISOCHRONIC',
      duty: 0.4,
      edgeSeconds: 0.005,
      depth: 1,
      keyframes: [{ at: 0, carrier: 330, beat: 9, level: 0.2 }],
    },
    { kind: 'NOISE', colour: 'PINK', keyframes: [{ at: 0, level: 0.1 }] },
    { kind: 'BELL', decaySeconds: 2, keyframes: [{ at: 1, carrier: 523.25, level: 0.2 }] },
  ],
};

/** SHA-256 of its 24-bit WAV file by the rate in hertz: `npm run stimulus -- FILE OUT --rate HZ --bits 24`, on x64. */
export const stimulusHashes = {
  44100: '20ed991c8948492d83d04676ea4183c11335a8a09230e3e9f36028e068c1e62d',
  48000: '8be11afef5550696cdadf72259f96b85894e640a5a726d5e406e8420fe7bec90',
  96000: 'cc0ef352aff50fb1af60e0d6feb2c252419d7a43d09ba891cb84d41ba217980e',
};
