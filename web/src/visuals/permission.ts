/**
 * Who may see light that follows the beat. Pure, and the only place where this is decided: the session layer asks
 * here and hands `beatVisuals` to the stage as `lightAllowed`.
 *
 * Any yes to seizures, photosensitivity or migraine binds: no preference, attribute or address can undo it. Not yet answered
 * counts as not allowed (WCAG 2.3.1 protects the public at large; light at 3 to 30 Hz is the provoking band, Fisher
 * et al. 2005, Epilepsia 46:1426).
 */

/** The answers of the safety questions that decide about light. */
export interface LightScreening {
  /** Seizures or epilepsy, oneself or in the close family. */
  seizures: boolean;
  /** Sensitivity to flashing light. */
  photosensitivity: boolean;
  /** Migraine of any kind. */
  migraine: boolean;
}

export interface LightPreferences {
  /** Visuals are switched on at all. */
  visuals: boolean;
  /** The listener asked for reduced flashing. */
  reducedFlashing: boolean;
  /** `prefers-reduced-motion: reduce` of the device. */
  reducedMotion: boolean;
}

export type LightReason =
  | 'ALLOWED'
  | 'NOT_SCREENED'
  | 'SEIZURES'
  | 'PHOTOSENSITIVITY'
  | 'MIGRAINE'
  | 'VISUALS_OFF'
  | 'REDUCED_FLASHING'
  | 'REDUCED_MOTION';

export interface LightPermission {
  /** Light may follow the beat. */
  beatVisuals: boolean;
  /** The listener can lift the refusal by a setting of their own. False where a screening answer binds. */
  liftable: boolean;
  reason: LightReason;
}

/**
 * Decides whether visuals may follow the beat.
 * @param screening the listener's answers, or null where the questions were not answered yet
 */
export function lightPermission(screening: LightScreening | null, preferences: LightPreferences): LightPermission {
  const refuse = (reason: LightReason, liftable: boolean): LightPermission => ({
    beatVisuals: false,
    liftable,
    reason,
  });
  // Only a plain `false` is a no: a missing or damaged answer must not open the light.
  if (screening === null) return refuse('NOT_SCREENED', true);
  if (screening.seizures !== false) return refuse('SEIZURES', false);
  if (screening.photosensitivity !== false) return refuse('PHOTOSENSITIVITY', false);
  if (screening.migraine !== false) return refuse('MIGRAINE', false);
  if (!preferences.visuals) return refuse('VISUALS_OFF', true);
  if (preferences.reducedFlashing) return refuse('REDUCED_FLASHING', true);
  if (preferences.reducedMotion) return refuse('REDUCED_MOTION', true);
  return { beatVisuals: true, liftable: true, reason: 'ALLOWED' };
}
