/** Version of the safety questions; a new one asks again. */
export const questionsVersion = 1;

export const questions = [
  'seizures',
  'photosensitivity',
  'heart',
  'psychosis',
  'headInjury',
  'pregnancy',
  'under18',
  'hearing',
] as const;

export type Question = (typeof questions)[number];
