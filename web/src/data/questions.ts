/** Version of the safety questions; a new one asks again. */
export const questionsVersion = 2;

/** The questions by what they are about, in the order in which they are asked. */
export const questionGroups = {
  light: ['seizures', 'photosensitivity', 'migraine'],
  body: ['heart', 'lungs', 'pregnancy', 'headInjury'],
  mind: ['psychosis', 'panic'],
  ears: ['hearing'],
  today: ['sedatives', 'under18'],
} as const;

export type QuestionGroup = keyof typeof questionGroups;
export type Question = (typeof questionGroups)[QuestionGroup][number];

export const questions: readonly Question[] = Object.values(questionGroups).flat();

/** The safety questions of the product; true is yes. `acceptedRisk`: the explicit choice to go on where an answer asks for one. */
export type ScreeningAnswers = Record<Question | 'acceptedRisk', boolean>;

export const noToAll = Object.freeze(
  Object.fromEntries([...questions, 'acceptedRisk'].map((one) => [one, false])),
) as Readonly<ScreeningAnswers>;

/** A yes to one of these forbids light that follows the beat and halves the depth of pulses. */
export const binding: readonly Question[] = questionGroups.light;

/** A yes to one of these switches light that follows the beat off until the person switches it on again. */
export const dimming: readonly Question[] = ['headInjury', 'under18'];
