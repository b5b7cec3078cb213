/** The moment of `performance.now()` at which a moment of the context's clock comes out, as far as the browser knows. Milliseconds. */
export function performanceTime(context: AudioContext, seconds: number): number {
  const { contextTime, performanceTime: at } = context.getOutputTimestamp();
  if (contextTime && at) return at + (seconds - contextTime) * 1000;
  return performance.now() + (seconds - context.currentTime) * 1000;
}

/**
 * The frame of the context's clock in which something can begin that was asked for at a moment of it: rounded, or where that has passed the
 * first that has not. What lies in the past would lose its beginning, not be late.
 */
export function playableFrame(
  { sampleRate, currentTime }: BaseAudioContext,
  seconds: number,
): { asked: number; frame: number } {
  const asked = Math.round(seconds * sampleRate);
  return { asked, frame: Math.max(asked, Math.ceil(currentTime * sampleRate)) };
}
