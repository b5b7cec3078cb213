/** What is below −120 dBFS is silence: a moment that is no whole frame in binary lets a browser mix neighbouring samples, by less than this. */
export const INAUDIBLE = 1e-6;
