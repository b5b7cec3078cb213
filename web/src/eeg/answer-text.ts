import type { Answer, ChannelAnswer, Reason } from './answer.ts';

const REASONS: Record<Reason, string> = {
  'not-worn': 'not worn',
  movement: 'movement',
  mains: 'mains',
  lost: 'lost samples',
  'too-short': 'too short',
  control: 'a control answers as well',
};

/** A probability with one figure of its own: `p = 0.004`, `p = 3e−17`. */
export function probability(p: number): string {
  if (p >= 0.001) return `p = ${p.toFixed(3)}`;
  return `p = ${Math.max(p, 1e-300).toExponential(0).replace('-', '−')}`;
}

const list = (names: readonly string[]) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** The answer in English, for the command line; the page says the same in the listener's language. */
export function sentence({ rateHz, channels }: Answer): string {
  const said: string[] = [];
  const beat = `${Number(rateHz.toFixed(3))} Hz`;
  for (const channel of channels) {
    if (channel.verdict !== 'follows') continue;
    said.push(
      `${channel.name} follows the sound at ${beat} (${probability(channel.p ?? 1)}, ${channel.minutes.toFixed(1)} minutes).`,
    );
  }
  for (const channel of channels) {
    if (channel.verdict !== 'not-seen') continue;
    said.push(`Not seen at ${channel.name}: the smallest response that would have been seen is ${visible(channel)}.`);
  }
  for (const reason of Object.keys(REASONS) as Reason[]) {
    const names = channels
      .filter((one) => one.verdict === 'cannot-tell' && one.reason === reason)
      .map(({ name }) => name);
    if (names.length > 0) said.push(`Cannot tell for ${list(names)}: ${REASONS[reason]}.`);
  }
  return said.join(' ');
}

function visible({ smallestVisibleMicrovolts }: ChannelAnswer): string {
  return smallestVisibleMicrovolts === null ? 'larger than any' : `${smallestVisibleMicrovolts.toPrecision(2)} µV`;
}
