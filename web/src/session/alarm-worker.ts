/** Longest wait in one piece: a machine that slept is noticed after it at the latest. */
const LONGEST_MILLISECONDS = 20_000;

/** Tells when a moment of `Date.now` has come. A worker's timers are not slowed down in a page that nobody sees. */
function wait(moment: number): void {
  const left = moment - Date.now();
  if (left <= 0) self.postMessage(moment);
  else setTimeout(wait, Math.min(left, LONGEST_MILLISECONDS), moment);
}

self.onmessage = ({ data }: MessageEvent<number>) => wait(data);
