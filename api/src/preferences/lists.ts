import { LIST_LIMITS } from '@nes/program/play-list.ts';
import { z } from 'zod';
import { User } from '../accounts/types.ts';
import { type PersonLists as PersonListsRow, Prisma } from '../platform/prisma/client.ts';
import { builder } from '../schema/builder.ts';
import type { Context } from '../schema/context.ts';
import { UserErrors, userError } from '../schema/errors.ts';
import { line } from '../schema/texts.ts';

const id = z.string().regex(/^[0-9a-f-]{36}$/, 'It must be a UUID.');
const item = z.strictObject({
  slug: line(200, 1).nullable(),
  localId: id.nullable(),
  title: line(LIST_LIMITS.title),
  seconds: z.number().min(0).max(LIST_LIMITS.itemSeconds).nullable(),
});
const list = z.strictObject({
  id,
  name: line(LIST_LIMITS.name),
  items: z.array(item).max(LIST_LIMITS.items),
  repeat: z.boolean(),
  shuffle: z.boolean(),
  crossFadeSeconds: z.number().min(0).max(LIST_LIMITS.crossFadeSeconds),
  gapSeconds: z.number().min(0).max(LIST_LIMITS.gapSeconds),
});
const entry = z.strictObject({
  id,
  time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'It must be a time like 07:30.'),
  item: item.nullable(),
  listId: id.nullable(),
});
const body = z.strictObject({
  favourites: z.array(line(200, 1)).max(LIST_LIMITS.favourites),
  lists: z.array(list).max(LIST_LIMITS.lists),
  plan: z.array(entry).max(LIST_LIMITS.plan),
});

export type ListsBody = z.infer<typeof body>;

/** @throws UserErrors INVALID, each with its path below `body` as its field; TOO_LONG */
function checked(value: unknown): ListsBody {
  const { success, data, error } = body.safeParse(value);
  if (!success) {
    throw new UserErrors(
      error.issues.slice(0, 20).map(({ path, message }) => ({
        field: ['body', ...path.map(String)],
        code: 'INVALID' as const,
        message,
      })),
    );
  }
  const size = Buffer.byteLength(JSON.stringify(data));
  if (size > LIST_LIMITS.bytes)
    throw userError('TOO_LONG', 'body', `All of it has ${size} bytes; at most ${LIST_LIMITS.bytes} are kept.`);
  return data;
}

/**
 * Keeps them where the present version is `version` (0: there are none yet).
 * @throws UserErrors INVALID, TOO_LONG; CONFLICT with the present ones beside it
 */
export async function saveLists(
  { database }: Context,
  userId: string,
  value: unknown,
  version: number,
): Promise<PersonListsRow> {
  const data = checked(value) as unknown as Prisma.InputJsonValue;
  try {
    if (version === 0) return await database.personLists.create({ data: { userId, body: data } });
    const [saved] = await database.personLists.updateManyAndReturn({
      where: { userId, version },
      data: { body: data, version: { increment: 1 } },
    });
    if (saved) return saved;
  } catch (error) {
    // Another device was the first.
    if (!(error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002')) throw error;
  }
  const present = await database.personLists.findUnique({ where: { userId } });
  throw userError('CONFLICT', 'version', 'Another device has saved lists meanwhile.', { lists: present });
}

export const Lists = builder.objectRef<PersonListsRow>('Lists').implement({
  description: 'A person’s favourites, lists and plan of the day, the same on all of their devices.',
  fields: (t) => ({
    body: t.field({
      type: 'JSON',
      complexity: 10,
      description:
        '`favourites`: slugs, the latest first. `lists`: each with `id`, `name`, `items` (`slug` or `localId`, `title`, `seconds`), `repeat`, `shuffle`, `crossFadeSeconds`, `gapSeconds`. `plan`: `id`, `time` (`HH:MM`), `item` or `listId`.',
      resolve: (lists) => lists.body,
    }),
    version: t.exposeInt('version', { description: 'Counts the savings, from 1.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When they were last saved, UTC.' }),
  }),
});

builder.objectField(User, 'lists', (t) =>
  t.field({
    type: Lists,
    nullable: true,
    description: 'Favourites, lists and plan of the day; null before anything was saved.',
    resolve: ({ id: userId }, _args, { database }) => database.personLists.findUnique({ where: { userId } }),
  }),
);
