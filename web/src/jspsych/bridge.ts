import { BRIDGE_PORT, type FromBridge, type FromPage } from './bridge-messages.ts';
import type { MarkerPort } from './markers.ts';

/** Of so many round trips at once the quickest counts. */
const ROUNDS = 8;
const ROUND_AGAIN_MILLISECONDS = 5_000;
/** A round trip is forgotten after that. */
const REMEMBERED_MILLISECONDS = 60_000;
const OPEN_MILLISECONDS = 5_000;

/** How the bridge's clock is to the page's. Milliseconds. */
export interface BridgeClock {
  /** To be added to a moment of `performance.now()`. */
  offset: number;
  /** The offset is wrong by this at most: half of the round trip, in which the two ways may share as they like, and a step of the page's clock. */
  uncertainty: number;
}

export interface OscBridge extends MarkerPort {
  readonly clock: BridgeClock;
  close(): void;
}

interface Round extends BridgeClock {
  /** When it was measured, `performance.now()`. */
  at: number;
}

/** Browsers coarsen `performance.now()`, from 5 µs to 1 ms: what it goes on by. */
function clockStep(): number {
  const begin = performance.now();
  let first = begin;
  while (first === begin) first = performance.now();
  let second = first;
  while (second === first) second = performance.now();
  return second - first;
}

/**
 * A port to the bridge of `npm run bridge`, which sends each marker as OSC at its moment. The page hands it over ahead, so that a page that is
 * busy when the moment comes does no harm; `late` is what the bridge saw.
 * @param address of the bridge; it answers pages of the origins that it was started for, on the same computer
 * @throws {Error} where no bridge answers, with its reason where it gives one
 */
export async function oscBridge(address = `ws://127.0.0.1:${BRIDGE_PORT}`): Promise<OscBridge> {
  const socket = new WebSocket(address);
  const step = clockStep();
  const asked = new Map<number, { resolve: (answer: FromBridge) => void; reject: (error: Error) => void }>();
  let gone: Error | null = null;
  let number = 0;
  let rounds: Round[] = [];
  let again: ReturnType<typeof setInterval> | undefined;

  /** Says something with a number of its own, and waits for what is answered to it. */
  const ask = <Answer extends FromBridge>(message: (number: number) => FromPage): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (gone) return reject(gone);
      const mine = ++number;
      asked.set(mine, { resolve: (answer) => resolve(answer as Answer), reject });
      socket.send(JSON.stringify(message(mine)));
    });

  const round = async (): Promise<void> => {
    const left = performance.now();
    const { came, went } = await ask<FromBridge & { kind: 'clock' }>((number) => ({ kind: 'clock', number }));
    const back = performance.now();
    const offset = (came - left + (went - back)) / 2;
    const uncertainty = (back - left - (went - came)) / 2 + step;
    rounds = rounds.filter(({ at }) => back - at < REMEMBERED_MILLISECONDS);
    rounds.push({ at: back, offset, uncertainty });
  };
  const best = (): BridgeClock => {
    const [first, ...rest] = rounds;
    if (!first) throw new Error('nes: the clock of the bridge is not known');
    const { offset, uncertainty } = rest.reduce((a, b) => (b.uncertainty < a.uncertainty ? b : a), first);
    return { offset, uncertainty };
  };

  socket.onmessage = ({ data }: MessageEvent<string>) => {
    const answer = JSON.parse(data) as FromBridge;
    asked.get(answer.number)?.resolve(answer);
    asked.delete(answer.number);
  };
  await new Promise<void>((open, fail) => {
    const none = () =>
      fail(
        new Error(`nes: no bridge at ${address} takes markers from ${location.origin}; see what "npm run bridge" says`),
      );
    const timer = setTimeout(() => {
      socket.close();
      none();
    }, OPEN_MILLISECONDS);
    socket.onopen = () => {
      clearTimeout(timer);
      open();
    };
    socket.onclose = ({ reason }) => {
      clearTimeout(timer);
      gone = new Error(`nes: the bridge is gone${reason && `: ${reason}`}`);
      for (const { reject } of asked.values()) reject(gone);
      asked.clear();
      clearInterval(again);
      none();
    };
  });
  for (let n = 0; n < ROUNDS; n++) await round();
  again = setInterval(() => void round().catch(() => undefined), ROUND_AGAIN_MILLISECONDS);

  return {
    waits: true,
    get clock() {
      return best();
    },
    send: async (code, at) => {
      const { offset, uncertainty } = best();
      const { late } = await ask<FromBridge & { kind: 'sent' }>((number) => ({
        kind: 'marker',
        number,
        code,
        at: at + offset,
        uncertainty,
      }));
      return late;
    },
    close: () => socket.close(),
  };
}
