import type { RecordResponseInput, ResponseVerdict } from '../../data/generated/responses.ts';
import type { Answer, Verdict } from '../../eeg/answer.ts';
import type { Captured } from '../../eeg/capture.ts';

const VERDICTS: Record<Verdict, ResponseVerdict> = {
  follows: 'FOLLOWS',
  'not-seen': 'NOT_SEEN',
  'cannot-tell': 'CANNOT_TELL',
};

/** All that leaves the device of a measurement, and only when its person wants it kept. */
export function keptInput(captured: Captured, found: Answer): RecordResponseInput {
  return {
    responseId: crypto.randomUUID(),
    consent: true,
    measuredAt: captured.startedAt ?? new Date().toISOString(),
    device: captured.device.name.slice(0, 100),
    rateHz: found.rateHz,
    windows: found.windows,
    leftOutShare: found.leftOutShare,
    earphonesAway: captured.earphonesAway,
    channels: found.channels.slice(0, 64).map(({ name, verdict, p, minutes, smallestVisibleMicrovolts }) => ({
      name: name.slice(0, 64),
      verdict: VERDICTS[verdict],
      p,
      minutes,
      smallestVisibleMicrovolts,
    })),
  };
}
