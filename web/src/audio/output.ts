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
  return known;
}

/** Sound by AudioWorklet: the transport runs on the audio thread. */
export async function openWorklet(
  context: BaseAudioContext,
  destination: AudioNode,
  report: (report: WorkletReport) => void,
): Promise<Output> {
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
