import type { Sample } from './renderer.ts';
import { cutStrobe } from './strobe-cut.ts';

/**
 * The listener's own sound for a SAMPLE voice, at the context's sample rate. Louder than full scale it is lowered as a
 * whole; one channel is heard in both ears.
 * @param lights whether signals for light glasses may stay in it; they are cut out for whom flicker may harm
 * @throws where the browser cannot decode the file
 */
export async function decodeBed(context: BaseAudioContext, file: Blob, lights: boolean): Promise<Sample> {
  const buffer = await context.decodeAudioData(await file.arrayBuffer());
  const left = buffer.getChannelData(0).slice();
  const right = buffer.numberOfChannels > 1 ? buffer.getChannelData(1).slice() : left.slice();
  let peak = 1;
  for (const value of left) peak = Math.max(peak, Math.abs(value));
  for (const value of right) peak = Math.max(peak, Math.abs(value));
  if (peak > 1) {
    for (let n = 0; n < left.length; n++) {
      left[n] = (left[n] ?? 0) / peak;
      right[n] = (right[n] ?? 0) / peak;
    }
  }
  if (!lights) cutStrobe({ left, right }, buffer.sampleRate);
  return { left, right };
}
