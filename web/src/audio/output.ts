import type { Command } from './transport.ts';
import kitUrl from './voices-worklet.ts?worker&url';
import type { WorkletReport } from './worklet.ts';
import workletUrl from './worklet.ts?worker&url';

/** Where the transport runs and what carries its sound to the context. */
export interface Output {
  readonly kind: 'worklet' | 'native';
  /** Has to be done before a program is sent that {@link needsKit}. */
  loadKit(): Promise<void>;
  send(command: Command, transfer?: Transferable[]): void;
  close(): void;
}

const loaded = new WeakMap<BaseAudioContext, Map<string, Promise<void>>>();

/** Loads a file into the audio thread of a context, once. */
function loadModule(context: BaseAudioContext, address: string): Promise<void> {
  const modules = loaded.get(context) ?? new Map<string, Promise<void>>();
  loaded.set(context, modules);
  const known = modules.get(address) ?? context.audioWorklet.addModule(address);
  modules.set(address, known);
  // What could not be fetched is asked for again the next time.
  known.catch(() => modules.delete(address));
  return known;
}

/**
 * Fetches the files of the audio thread, so that a context finds them near: by one that never renders, because a page's
 * content policy lets scripts come from where a `fetch` may be refused.
 */
export async function fetchAhead(): Promise<void> {
  const context = new OfflineAudioContext(1, 1, 44_100);
  await Promise.all([workletUrl, kitUrl].map((address) => context.audioWorklet.addModule(address)));
}

/** Sound by AudioWorklet: the transport runs on the audio thread. `withKit`: the kit will be needed, and comes beside it. */
export async function openWorklet(
  context: BaseAudioContext,
  destination: AudioNode,
  withKit: boolean,
  report: (report: WorkletReport) => void,
): Promise<Output> {
  const kit = withKit ? loadModule(context, kitUrl) : null;
  // Who waits for it in `loadKit` hears of a failure.
  kit?.catch(() => undefined);
  await loadModule(context, workletUrl);
  const node = new AudioWorkletNode(context, 'nes-transport', { numberOfInputs: 0, outputChannelCount: [2] });
  node.port.onmessage = (event: MessageEvent<WorkletReport>) => report(event.data);
  node.connect(destination);
  return {
    kind: 'worklet',
    loadKit: () => loadModule(context, kitUrl),
    send: (command, transfer = []) => node.port.postMessage(command, transfer),
    close: () => {
      node.port.postMessage({ type: 'close' });
      node.port.onmessage = null;
      node.disconnect();
    },
  };
}
