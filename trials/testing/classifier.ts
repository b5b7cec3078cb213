/** Numbers that somebody sees of a session, and which arm it was. */
export interface Session {
  features: readonly number[];
  beat: boolean;
}

/** Of 200 sessions without any leak luck alone gives more than 60 or less than 40 % in about one of 200 measurements. */
const TRIES = 3;
const LEAST_BLIND = 0.4;
const MOST_BLIND = 0.6;

/**
 * How often somebody who sees these numbers of each session guesses its arm, 0 to 1. A share outside of 40 to 60 % is measured anew, up to three
 * times in all, on fresh sessions: luck passes, a leak is there again.
 * @param measure lives some sessions
 */
export async function accuracyOfGuessing(measure: () => Promise<readonly Session[]>): Promise<number> {
  for (let tried = 1; ; tried++) {
    const accuracy = accuracyOf(await measure());
    if (tried === TRIES || (accuracy >= LEAST_BLIND && accuracy <= MOST_BLIND)) return accuracy;
  }
}

/**
 * Of all features the single threshold that parts one half of the sessions best is tried on the other half, and the other way round; then the
 * nearest mean over all features together. The better of both.
 * @param sessions in the order in which they were
 * @returns share of right guesses, 0 to 1
 */
export function accuracyOf(sessions: readonly Session[]): number {
  const halves = [0, 1].map((half) => sessions.filter((_, index) => index % 2 === half));
  const tried = [byThreshold, byNearestMean].map((learn) => {
    let right = 0;
    for (const half of [0, 1]) {
      const guess = learn(halves[half] as Session[]);
      right += (halves[1 - half] as Session[]).filter(({ features, beat }) => guess(features) === beat).length;
    }
    return right / sessions.length;
  });
  return Math.max(...tried);
}

type Guess = (features: readonly number[]) => boolean;

function byThreshold(sessions: readonly Session[]): Guess {
  let best = { right: -1, feature: 0, bar: 0, above: true };
  const count = sessions[0]?.features.length ?? 0;
  for (let feature = 0; feature < count; feature++) {
    for (const { features } of sessions) {
      const bar = features[feature] as number;
      const above = sessions.filter((session) => (session.features[feature] as number) > bar === session.beat).length;
      for (const [right, side] of [
        [above, true],
        [sessions.length - above, false],
      ] as const) {
        if (right > best.right) best = { right, feature, bar, above: side };
      }
    }
  }
  return (features) => (features[best.feature] as number) > best.bar === best.above;
}

function byNearestMean(sessions: readonly Session[]): Guess {
  const count = sessions[0]?.features.length ?? 0;
  const mean = (list: readonly Session[], feature: number) =>
    list.reduce((sum, { features }) => sum + (features[feature] as number), 0) / list.length;
  const scale = Array.from({ length: count }, (_, feature) => {
    const middle = mean(sessions, feature);
    const square = sessions.reduce((sum, { features }) => sum + ((features[feature] as number) - middle) ** 2, 0);
    return Math.sqrt(square / sessions.length) || 1;
  });
  const middles = [true, false].map((arm) => {
    const own = sessions.filter(({ beat }) => beat === arm);
    return scale.map((by, feature) => mean(own, feature) / by);
  });
  const distance = (features: readonly number[], middle: readonly number[]) =>
    features.reduce(
      (sum, value, feature) => sum + (value / (scale[feature] as number) - (middle[feature] as number)) ** 2,
      0,
    );
  return (features) => distance(features, middles[0] as number[]) < distance(features, middles[1] as number[]);
}
