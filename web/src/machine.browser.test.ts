import { expect, test } from 'vitest';

test('the browser draws with WebGL2: a cleared canvas reads back the colour it was cleared to', () => {
  const gl = document.createElement('canvas').getContext('webgl2');
  if (!gl) throw new Error('no WebGL2');
  gl.clearColor(1, 0.5, 0, 1);
  gl.clear(gl.COLOR_BUFFER_BIT);
  const pixel = new Uint8Array(4);
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  expect([...pixel]).toEqual([255, 128, 0, 255]);
});

test('the browser renders sound offline: an oscillator of 480 Hz has a period of 100 samples at 48 kHz', async () => {
  const context = new OfflineAudioContext(1, 4800, 48_000);
  const tone = new OscillatorNode(context, { frequency: 480 });
  tone.connect(context.destination);
  tone.start();
  const samples = (await context.startRendering()).getChannelData(0);
  expect(samples[1025]).toBeCloseTo(1, 3);
  expect(samples[1075]).toBeCloseTo(-1, 3);
});
