import { z } from 'zod';
import { mutation } from '../../schema/builder.ts';
import { unauthenticated } from '../../schema/errors.ts';
import { Lists, saveLists } from '../lists.ts';

mutation('saveLists', {
  description: 'Saves favourites, lists and plan of the day, all of them in the place of those before.',
  quiet: true,
  input: (t) => ({
    version: t.int({
      required: true,
      validate: z.number().min(0),
      description:
        'Version that the change was made on; 0 where there was none. When another device has saved meanwhile, nothing is saved and the present ones come back with CONFLICT.',
    }),
    body: t.field({
      type: 'JSON',
      required: true,
      description:
        'In the form of `Lists.body`: at most 500 favourites, 100 lists of 200, 100 entries of the plan, 64 kB in all.',
    }),
  }),
  resolve: async ({ version, body }, context) => {
    if (!context.viewer) throw unauthenticated();
    return { lists: await saveLists(context, context.viewer.userId, body, version) };
  },
  payload: (t) => ({
    lists: t.field({
      type: Lists,
      nullable: true,
      description: 'What is kept now; also with CONFLICT.',
      resolve: (payload) => payload.lists ?? null,
    }),
  }),
});
