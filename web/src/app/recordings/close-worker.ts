import { closeFor, type Order } from '../../audio/analysis/close-beside.ts';

const worker = self as unknown as { postMessage(reply: unknown): void };
const take = closeFor((reply) => worker.postMessage(reply));
self.addEventListener('message', ({ data }: MessageEvent<Order>) => take(data));
