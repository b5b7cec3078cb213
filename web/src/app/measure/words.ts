import { msg, str } from '@lit/localize';
import type { Answer, ChannelAnswer, Reason } from '../../eeg/answer.ts';
import { hertz, number } from '../../elements/format.ts';

function reasonName(reason: Reason | undefined): string {
  switch (reason) {
    case 'movement':
      return msg('movement');
    case 'mains':
      return msg('mains');
    case 'lost':
      return msg('lost samples');
    case 'too-short':
      return msg('too short');
    case 'control':
      return msg('a control answers as well');
    default:
      return msg('not worn');
  }
}

/** A probability as it is printed: `p = 0.004`, or the power of ten that it is below. */
function probability(p: number): string {
  if (p >= 0.001) return `p = ${number(p, 3)}`;
  return `p < 10${superscript(Math.floor(Math.log10(Math.max(p, 1e-300))) + 1)}`;
}

const superscript = (power: number) =>
  String(power)
    .replace('-', '⁻')
    .replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] as string);

/** What is said of one electrode; never more than the measure gives. */
export function channelWords(channel: ChannelAnswer): string {
  const { p, minutes, smallestVisibleMicrovolts } = channel;
  if (channel.verdict === 'follows') {
    return msg(str`This electrode follows the sound (${probability(p ?? 1)}, ${number(minutes, 1)} min).`);
  }
  if (channel.verdict === 'not-seen' && smallestVisibleMicrovolts !== null) {
    return msg(
      str`Not seen: the smallest response that would have been seen is ${number(smallestVisibleMicrovolts, 2)} µV.`,
    );
  }
  return msg(str`Cannot tell: ${reasonName(channel.reason)}.`);
}

/** What all of it is about. */
export function answerHeading({ rateHz }: Answer): string {
  return msg(str`Does anything follow ${hertz(rateHz, Number.isInteger(rateHz) ? 0 : 2)}?`);
}

/** How often the device was gone while it recorded; nothing where it never was. */
export function lossWords(times: number): string | undefined {
  if (times === 0) return undefined;
  return msg(str`Times that the connection was lost: ${times}.`);
}

/** What was left out, told with every answer. */
export const leftOutWords = ({ leftOutShare, windows }: Answer): string =>
  msg(str`Windows: ${windows}, of which ${number(leftOutShare * 100)} % were left out.`);
