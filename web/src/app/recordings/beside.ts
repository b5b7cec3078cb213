import { CloseBeside } from '../../audio/analysis/close-beside.ts';

/**
 * Half of an analysis, done in a worker beside the one that asks. A worker that fails is ended, and the analysis with it: what asks would wait for
 * an answer that does not come.
 */
export function lookBeside(beside: Worker, rate: number, mono: boolean): CloseBeside {
  const look = new CloseBeside((order, handedOver) => beside.postMessage(order, handedOver), rate, mono);
  const fail = (message: string) => {
    beside.terminate();
    look.fail(new Error(message));
  };
  beside.addEventListener('message', ({ data }) => look.hear(data));
  beside.addEventListener('error', ({ message }) => fail(message));
  beside.addEventListener('messageerror', () => fail('an answer could not be read'));
  return look;
}
