import { arrivalRecord, type CaptureEvent, eventRecord } from './capture.ts';
import { makeDecoder } from './devices/decoders.ts';
import type { Arrival, Connected, Decoder, Transport } from './devices/transport.ts';
import type { Fault } from './quality.ts';
import { RecordingWriter } from './store.ts';
import { WearCheck } from './wear.ts';

const FLUSH_SECONDS = 5;
/** Waits between attempts to connect again, in seconds; the last goes on. */
const RETRY_SECONDS = [0.5, 1, 2, 5];

export type RecorderState = 'idle' | 'connected' | 'reconnecting' | 'closed';

/** Connects a device and keeps what it sends; says how it is worn. Fires `change`. */
export class Recorder extends EventTarget {
  state: RecorderState = 'idle';
  device?: Connected;
  failure?: unknown;
  /** Connections that were lost since the recording began. */
  losses = 0;
  private readonly transport: Transport;
  private decoder?: Decoder;
  private wear = new WearCheck();
  private writer?: RecordingWriter;
  private flushing?: ReturnType<typeof setInterval>;

  constructor(transport: Transport) {
    super();
    this.transport = transport;
  }

  get channels(): readonly string[] {
    return this.decoder?.channels ?? [];
  }

  get batteryPercent(): number | undefined {
    return this.decoder?.batteryPercent;
  }

  faults(): (Fault | 'waiting' | undefined)[] {
    const { decoder } = this;
    return decoder?.sampleRateHz ? this.wear.faults(decoder.sampleRateHz) : [];
  }

  async connect(): Promise<void> {
    const early: Arrival[] = [];
    this.device = await this.transport.open(
      (arrival) => (this.decoder ? this.take(arrival) : early.push(arrival)),
      () => void this.again(),
    );
    this.decoder = makeDecoder(this.device.kind);
    for (const arrival of early) this.take(arrival);
    this.become('connected');
  }

  /** Begins to keep what comes. @returns the name that the recording is stored by */
  record(event: Extract<CaptureEvent, { type: 'run' }>): string {
    if (!this.device) throw new Error('no device is connected');
    const writer = new RecordingWriter(new Date(event.startedAt));
    this.writer = writer;
    this.losses = 0;
    this.note({ type: 'device', ...this.device });
    // A bridge says once what it sends; what is kept must say it too.
    if (this.device.kind === 'bridge' && this.decoder) {
      const { sampleRateHz, channels } = this.decoder;
      const hello = new TextEncoder().encode(`${JSON.stringify({ sampleRateHz, channels })}\n`);
      writer.add(arrivalRecord({ seconds: performance.now() / 1000, source: 0, bytes: hello }));
    }
    this.note(event);
    this.flushing = setInterval(() => void this.flush(), FLUSH_SECONDS * 1000);
    return writer.name;
  }

  note(event: CaptureEvent): void {
    this.writer?.add(eventRecord(event, performance.now() / 1000));
  }

  /** Ends the recording; all of it is stored once this resolves. */
  async stop(): Promise<void> {
    clearInterval(this.flushing);
    const { writer } = this;
    this.writer = undefined;
    await writer?.flush();
  }

  async close(): Promise<void> {
    await this.stop();
    this.become('closed');
    await this.transport.close();
  }

  private async flush(): Promise<void> {
    try {
      await this.writer?.flush();
    } catch (error) {
      this.fail(error);
    }
  }

  private take(arrival: Arrival): void {
    const { decoder } = this;
    if (!decoder) return;
    this.writer?.add(arrivalRecord(arrival));
    try {
      const blocks = decoder.push(arrival.bytes, arrival.source);
      this.wear.push(blocks, decoder.sampleRateHz);
    } catch (error) {
      this.fail(error);
    }
  }

  private async again(): Promise<void> {
    if (this.state !== 'connected' || !this.device) return;
    this.losses++;
    this.note({ type: 'lost' });
    this.become('reconnecting');
    const stillWanted = (): boolean => this.state === 'reconnecting';
    for (let attempt = 0; stillWanted(); attempt++) {
      const seconds = RETRY_SECONDS[Math.min(attempt, RETRY_SECONDS.length - 1)] as number;
      await new Promise((done) => setTimeout(done, seconds * 1000));
      if (!stillWanted()) return;
      try {
        this.decoder = makeDecoder(this.device.kind);
        this.wear = new WearCheck();
        await this.transport.reopen();
      } catch {
        continue;
      }
      this.note({ type: 'back' });
      this.become('connected');
      return;
    }
  }

  private become(state: RecorderState): void {
    this.state = state;
    this.dispatchEvent(new Event('change'));
  }

  private fail(error: unknown): void {
    this.failure = error;
    this.dispatchEvent(new Event('change'));
  }
}
