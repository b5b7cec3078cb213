import { msg } from '@lit/localize';
import type { RatingValues } from '../../session/log.ts';

export type Feeling = 'calm' | 'focus' | 'mood' | 'sleepiness';

/** The three scales of a category: what it is for decides the third. */
export const feelingsOf = (category: string): readonly Feeling[] =>
  ['SLEEP', 'NAP', 'RELAXATION', 'WAKE_UP'].includes(category)
    ? ['calm', 'focus', 'sleepiness']
    : ['calm', 'focus', 'mood'];

export function feelingWords(feeling: Feeling): { label: string; low: string; high: string } {
  switch (feeling) {
    case 'calm':
      return { label: msg('Calm'), low: msg('tense'), high: msg('at ease') };
    case 'focus':
      return { label: msg('Focus'), low: msg('scattered'), high: msg('collected') };
    case 'mood':
      return { label: msg('Mood'), low: msg('low'), high: msg('bright') };
    case 'sleepiness':
      return { label: msg('Sleepiness'), low: msg('wide awake'), high: msg('nearly asleep') };
  }
}

export const feelingKey = (
  feeling: Feeling,
  moment: 'before' | 'after',
): keyof Omit<RatingValues, 'stars' | 'comment'> => `${feeling}${moment === 'before' ? 'Before' : 'After'}`;
