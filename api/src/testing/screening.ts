/** Answers to the safety questions: no to each of them, and they may be kept. */
export const NO_TO_ALL = {
  questionsVersion: 2,
  seizures: false,
  photosensitivity: false,
  heart: false,
  psychosis: false,
  headInjury: false,
  pregnancy: false,
  under18: false,
  hearing: false,
  migraine: false,
  lungs: false,
  panic: false,
  sedatives: false,
  acceptedRisk: false,
  agreesToKeep: true,
};
