import { closeFor, type Order, type Reply } from '../../audio/analysis/close-beside.ts';

const worker = self as unknown as { postMessage(reply: Reply, handedOver: ArrayBuffer[]): void };
const take = closeFor((reply, handedOver) => worker.postMessage(reply, handedOver));
self.addEventListener('message', ({ data }: MessageEvent<Order>) => take(data));
