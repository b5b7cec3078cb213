import { playableFrame } from './moment.ts';

export interface ClickOptions {
  /** Output channel, 0 is the left one. */
  channel?: number;
  /** Height of the click, above 0 to 1. It is added to what sounds in that channel; above 1 together, a sound card clips. */
  level?: number;
  /** Its length, 0.1 to 20; rounded to a sample. */
  milliseconds?: number;
}

/** What became of a click. */
export interface Clicked {
  /** Moment of its first sample, seconds of the context's clock. */
  moment: number;
  /** Milliseconds after the moment that was asked for, beyond rounding to a sample; 0 where it was still ahead. */
  late: number;
}

/**
 * A click of one height in one output channel, whose first sample is the one at `moment`: the sound's own first sample, where `mark` is given it.
 * @throws {RangeError} for a channel that the output does not have, a level or a length that cannot be
 */
export function syncClick(
  context: BaseAudioContext,
  moment: number,
  { channel = 1, level = 0.5, milliseconds = 1 }: ClickOptions = {},
): Clicked {
  const { destination, sampleRate } = context;
  const channels = destination.channelCount;
  if (!Number.isInteger(channel) || channel < 0 || channel >= channels)
    throw new RangeError(
      `nes: the channel is ${channel}, but the output has 0 to ${channels - 1}; set destination.channelCount (at most ${destination.maxChannelCount})`,
    );
  if (!(level > 0 && level <= 1)) throw new RangeError(`nes: the level is ${level}, but must be above 0, at most 1`);
  if (!(milliseconds >= 0.1 && milliseconds <= 20))
    throw new RangeError(`nes: the click lasts ${milliseconds} ms, but must last 0.1 to 20`);
  const { asked, frame } = playableFrame(context, moment);
  const buffer = new AudioBuffer({ length: Math.max(1, Math.round((milliseconds / 1000) * sampleRate)), sampleRate });
  buffer.getChannelData(0).fill(level);
  const source = new AudioBufferSourceNode(context, { buffer });
  // As many as the output has: then none is mixed into another.
  const merger = new ChannelMergerNode(context, { numberOfInputs: channels });
  source.connect(merger, 0, channel).connect(destination);
  source.onended = () => merger.disconnect();
  source.start(frame / sampleRate);
  return { moment: frame / sampleRate, late: ((frame - asked) * 1000) / sampleRate };
}
