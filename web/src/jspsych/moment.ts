/** The moment of `performance.now()` at which a moment of the context's clock comes out, as far as the browser knows. Milliseconds. */
export function performanceTime(context: AudioContext, seconds: number): number {
  const { contextTime, performanceTime: at } = context.getOutputTimestamp();
  if (contextTime && at) return at + (seconds - contextTime) * 1000;
  return performance.now() + (seconds - context.currentTime) * 1000;
}
