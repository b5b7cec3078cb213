import { z } from 'zod';
import { mutation } from '../../schema/builder.ts';
import { unauthenticated } from '../../schema/errors.ts';
import { line } from '../../schema/texts.ts';
import { isTimeZone } from '../../sessions/local-day.ts';
import { savePreferences } from '../save-preferences.ts';
import { Preferences } from '../types.ts';

const fraction = z.number().min(0).max(1);

mutation('savePreferences', {
  description: 'Saves some of the preferences; what is left out stays as it is.',
  quiet: true,
  input: (t) => ({
    version: t.int({
      validate: z.number().min(0),
      description:
        'Version that the change was made on. When another device has saved meanwhile, nothing is saved and the present ones come back with CONFLICT. Left out: saved in any case.',
    }),
    volume: t.float({ validate: fraction, description: 'Position of the volume control, 0 to 1.' }),
    visuals: t.boolean({ description: 'Whether light is shown.' }),
    intensity: t.float({ validate: fraction, description: 'Strength of the light, 0 to 1.' }),
    scene: t.string({ validate: line(64), description: 'Name of the scene, at most 64 characters.' }),
    reducedFlashing: t.boolean({ description: 'Whether light changes slowly only.' }),
    reminder: t.boolean({ description: 'Whether a reminder is wanted each day.' }),
    reminderMinute: t.int({
      validate: z.number().min(0).max(1439),
      description: 'When: minutes after midnight, 0 to 1439.',
    }),
    dailyGoalMinutes: t.int({
      validate: z.number().min(1).max(600),
      description: 'Minutes a day, 1 to 600.',
    }),
    theme: t.string({
      validate: z.enum(['system', 'dark', 'light'], 'It must be "system", "dark" or "light".'),
      description: '`system`, `dark` or `light`.',
    }),
    language: t.string({
      validate: z.enum(['', 'en', 'es', 'fr', 'de'], 'It must be "en", "es", "fr", "de" or empty.'),
      description: '`en`, `es`, `fr` or `de`; empty follows the browser.',
    }),
    timeZone: t.string({
      validate: z.string().refine(isTimeZone, 'This is not an IANA time zone like "Europe/Berlin".'),
      description: 'IANA time zone in which days are counted.',
    }),
    defaultProtocol: t.id({ description: 'Id of the protocol to play when nothing else was chosen; null for none.' }),
  }),
  resolve: async ({ version, ...change }, context) => {
    if (!context.viewer) throw unauthenticated();
    return { preferences: await savePreferences(context, context.viewer, change, version ?? null) };
  },
  payload: (t) => ({
    preferences: t.field({
      type: Preferences,
      nullable: true,
      description: 'The preferences as they are now.',
      resolve: (p) => p.preferences,
    }),
  }),
});
