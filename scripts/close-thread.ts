/** The second thread of `npm run analyse`. */
import { parentPort } from 'node:worker_threads';
import { closeFor } from '../web/src/audio/analysis/close-beside.ts';

parentPort?.on(
  'message',
  closeFor((reply, handedOver) => parentPort?.postMessage(reply, handedOver)),
);
