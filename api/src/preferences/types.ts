import { z } from 'zod';
import { User } from '../accounts/types.ts';
import { builder, mutation } from '../graphql/builder.ts';
import { unauthenticated } from '../graphql/errors.ts';
import { line } from '../graphql/texts.ts';
import type { Preferences as PreferencesRow } from '../platform/prisma/client.ts';
import { Protocol } from '../protocols/types.ts';
import { isTimeZone } from '../sessions/local-day.ts';
import { preferencesOf, savePreferences } from './save-preferences.ts';

const Preferences = builder.objectRef<PreferencesRow>('Preferences').implement({
  description: 'How a person likes it; the same on all of their devices.',
  fields: (t) => ({
    volume: t.exposeFloat('volume', { description: 'Position of the volume control, 0 to 1.' }),
    visuals: t.exposeBoolean('visuals', { description: 'Whether light is shown.' }),
    intensity: t.exposeFloat('intensity', { description: 'Strength of the light, 0 to 1.' }),
    scene: t.exposeString('scene', { description: 'Name of the scene.' }),
    reducedFlashing: t.exposeBoolean('reducedFlashing', { description: 'Whether light changes slowly only.' }),
    reminder: t.exposeBoolean('reminder', { description: 'Whether a reminder is wanted each day.' }),
    reminderMinute: t.exposeInt('reminderMinute', { description: 'When: minutes after midnight, 0 to 1439.' }),
    dailyGoalMinutes: t.exposeInt('dailyGoalMinutes', { description: 'Minutes a day, 1 to 600.' }),
    theme: t.exposeString('theme', { description: '`system`, `dark` or `light`.' }),
    language: t.exposeString('language', { description: '`en`, `es`, `fr` or `de`; empty follows the browser.' }),
    timeZone: t.exposeString('timeZone', { description: 'IANA time zone in which days are counted.' }),
    defaultProtocol: t.prismaField({
      type: Protocol,
      nullable: true,
      description: 'What is played when nothing else was chosen.',
      resolve: async (query, preferences, _args, context) => {
        if (!preferences.defaultProtocolId) return null;
        const { viewer, database } = context;
        return database.protocol.findFirst({
          ...query,
          where: {
            id: preferences.defaultProtocolId,
            OR: [
              { visibility: { in: ['PUBLIC', 'UNLISTED'] }, hiddenAt: null },
              ...(viewer ? [{ ownerId: viewer.userId }] : []),
            ],
          },
        });
      },
    }),
    version: t.exposeInt('version', { description: 'Counts the savings, from 1.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When they were last saved, UTC.' }),
  }),
});

builder.objectField(User, 'preferences', (t) =>
  t.field({
    type: Preferences,
    description: 'How the person likes it.',
    resolve: (user, _args, context) => preferencesOf(context, user.id),
  }),
);

const fraction = z.number().min(0, 'At least 0.').max(1, 'At most 1.');

mutation('savePreferences', {
  description: 'Saves some of the preferences; what is left out stays as it is.',
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
      validate: z.number().min(0, 'At least 0.').max(1439, 'At most 1439.'),
      description: 'When: minutes after midnight, 0 to 1439.',
    }),
    dailyGoalMinutes: t.int({
      validate: z.number().min(1, 'At least 1.').max(600, 'At most 600.'),
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
