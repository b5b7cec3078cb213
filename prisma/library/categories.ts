/** Categories of the built-in protocols, in the order in which people choose. */
export const categories = [
  'FOCUS',
  'STUDY',
  'ENERGY',
  'CREATIVITY',
  'RELAXATION',
  'STRESS_RELIEF',
  'MEDITATION',
  'BREATHING',
  'NAP',
  'SLEEP',
  'WAKE_UP',
  'CONTROL',
] as const;

export type Category = (typeof categories)[number];
