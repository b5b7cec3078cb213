import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import { ofIdAlone, User } from '../accounts/types.ts';
import type { Protocol as ProtocolRow } from '../platform/prisma/client.ts';
import { protocolColumns } from '../protocols/asked-columns.ts';
import { Protocol } from '../protocols/types.ts';
import { fieldsBelow } from '../schema/asked-fields.ts';
import { builder } from '../schema/builder.ts';
import type { Viewer } from '../schema/viewer.ts';
import { type PreferencesRead, preferencesOf, readWithProtocol } from './save-preferences.ts';

/** Whether the viewer may still play what they once chose. */
const mayPlay = (viewer: Viewer | null, { visibility, hiddenAt, ownerId }: ProtocolRow): boolean =>
  (visibility !== 'DRAFT' && hiddenAt === null) || (viewer !== null && ownerId === viewer.userId);

/** The columns of the default protocol that are asked for; undefined where it is not. */
function defaultProtocolAsked({ fieldNodes, fragments, schema }: GraphQLResolveInfo): readonly string[] | undefined {
  const asked = fieldsBelow(fieldNodes, fragments).filter(({ name }: FieldNode) => name.value === 'defaultProtocol');
  if (asked.length === 0) return undefined;
  return protocolColumns(asked, () => fieldsBelow(asked, fragments), schema, ['visibility', 'hiddenAt', 'ownerId']);
}

export const Preferences = builder.objectRef<PreferencesRead>('Preferences').implement({
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
        const { defaultProtocolId, defaultProtocol } = preferences;
        if (!defaultProtocolId) return null;
        const { viewer, database } = context;
        if (defaultProtocol && Object.keys(query).length === 0)
          return mayPlay(viewer, defaultProtocol) ? defaultProtocol : null;
        return database.protocol.findFirst({
          ...query,
          where: {
            id: defaultProtocolId,
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
    extensions: ofIdAlone,
    resolve: async (user, _args, context, info) => {
      const protocol = defaultProtocolAsked(info);
      return (protocol && (await readWithProtocol(context.sql, user.id, protocol))) ?? preferencesOf(context, user.id);
    },
  }),
);
