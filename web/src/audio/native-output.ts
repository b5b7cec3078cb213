import { KIT } from './kit.ts';
import type { Output } from './output.ts';
import { makeRenderer } from './renderer.ts';
import { type Command, type Report, Transport } from './transport.ts';

/** Seconds of sound in one buffer, and how many buffers lie ready. */
const CHUNK_SECONDS = 0.5;
const CHUNKS = 4;
/** Time between a command and the moment from which buffers are made anew. */
const LEAD_SECONDS = 0.06;
const FADE_SECONDS = 0.02;

interface Chunk {
  source: AudioBufferSourceNode;
  at: number;
  seconds: number;
  rate: number;
}

/**
 * Sound without AudioWorklet (a page that is not served securely): the same transport renders buffers ahead, and native
 * buffer nodes play them. The end of each buffer asks for the next. A command throws away what lies ready, faded, and
 * begins anew at the same place.
 */
export function openNative(
  context: BaseAudioContext,
  destination: AudioNode,
  report: (report: Report) => void,
): Output {
  let placed: Report = { type: 'place', frame: 0, seconds: 0, rate: 0 };
  const transport = new Transport(
    context.sampleRate,
    (score, rate, options) => makeRenderer(score, rate, options, KIT),
    (next) => {
      if (next.type === 'place') placed = next;
      report(next);
    },
  );
  const frames = Math.round((CHUNK_SECONDS * context.sampleRate) / 128) * 128;
  let gain = context.createGain();
  gain.connect(destination);
  let chunks: Chunk[] = [];
  let next = 0;
  /** When what lies ready begins to be heard. */
  let since = 0;
  let closed = false;

  const fill = () => {
    if (closed) return;
    if (next < context.currentTime + LEAD_SECONDS / 2) next = context.currentTime + LEAD_SECONDS;
    while (transport.active && chunks.length < CHUNKS) {
      const buffer = context.createBuffer(2, frames, context.sampleRate);
      const left = buffer.getChannelData(0);
      const right = buffer.getChannelData(1);
      const seconds = transport.seconds;
      const first = Math.round(next * context.sampleRate);
      for (let n = 0; n < frames; n += 128) {
        transport.process(first + n, left.subarray(n, n + 128), right.subarray(n, n + 128));
      }
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(gain);
      source.start(next);
      const chunk = { source, at: next, seconds, rate: placed.rate };
      source.onended = () => {
        source.disconnect();
        chunks = chunks.filter((other) => other !== chunk);
        fill();
      };
      chunks.push(chunk);
      next += frames / context.sampleRate;
    }
  };

  const begin = (command: Command) => {
    const stale = chunks;
    for (const { source } of stale) source.onended = null;
    const silent = context.currentTime < since;
    // What is not heard yet is thrown away at once; what is heard fades first, and never while it still rises.
    const at = silent ? since : Math.max(context.currentTime + LEAD_SECONDS, since + 2 * FADE_SECONDS);
    const heard = silent ? stale[0] : stale.findLast((chunk) => chunk.at <= at);
    if (heard) transport.jump(heard.seconds + (at - heard.at) * heard.rate);
    if (silent) {
      for (const { source } of stale) source.stop();
      gain.disconnect();
    } else {
      gain.gain.setValueCurveAtTime([1, 0.9, 0.5, 0.1, 0], at - FADE_SECONDS, FADE_SECONDS);
      for (const { source } of stale) source.stop(at);
    }
    chunks = [];
    gain = context.createGain();
    gain.gain.value = 0;
    gain.gain.setValueCurveAtTime([0, 0.1, 0.5, 0.9, 1], at, FADE_SECONDS);
    gain.connect(destination);
    next = at;
    since = at;
    transport.command(command);
    fill();
  };

  return {
    kind: 'native',
    loadKit: () => Promise.resolve(),
    // The emergency fader has to be heard at once, not after the lead.
    send: (command) => {
      if (command.type === 'emergency') {
        gain.gain.cancelScheduledValues(0);
        gain.gain.setTargetAtTime(0, context.currentTime, 0.002);
        since = 0;
        for (const { source } of chunks) {
          source.onended = null;
          source.stop(context.currentTime + FADE_SECONDS);
        }
        chunks = [];
        next = 0;
        gain = context.createGain();
        gain.connect(destination);
        transport.command(command);
        for (let n = 0; n < 64; n++) transport.process(0, new Float32Array(128), new Float32Array(128));
        fill();
      } else {
        begin(command);
      }
    },
    close: () => {
      closed = true;
      for (const { source } of chunks) {
        source.onended = null;
        source.stop();
      }
      gain.disconnect();
    },
  };
}
