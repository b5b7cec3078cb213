import { mutation } from '../../schema/builder.ts';
import { createProtocol } from '../edit.ts';
import {
  descriptionCheck,
  protocolField,
  protocolOf,
  signedIn,
  summaryCheck,
  tagsCheck,
  titleCheck,
  translationsInput,
} from '../protocol-inputs.ts';
import { CategoryEnum } from '../types.ts';

mutation('createProtocol', {
  description: "Makes a protocol of one's own, as a draft.",
  input: (t) => ({
    title: t.string({ required: true, description: '1 to 120 characters.', validate: titleCheck }),
    summary: t.string({ description: 'One sentence: what it is for. At most 500 characters.', validate: summaryCheck }),
    description: t.string({
      description: 'Plain paragraphs, parted by an empty line. At most 10,000 characters.',
      validate: descriptionCheck,
    }),
    category: t.field({ type: CategoryEnum, required: true, description: 'What it is for.' }),
    tags: t.stringList({
      description: 'Words to find it by: at most 20, each 1 to 40 characters; kept in lower case.',
      validate: tagsCheck,
    }),
    program: t.field({
      type: 'JSON',
      required: true,
      description: 'A program in the form of program/program.schema.json. Faults are named with their paths.',
    }),
    translations: t.field(translationsInput),
  }),
  resolve: async (input, context) =>
    protocolOf(
      await createProtocol(
        context.database,
        signedIn(context),
        {
          title: input.title,
          summary: input.summary ?? '',
          description: input.description ?? '',
          category: input.category,
          tags: input.tags ?? [],
          program: input.program,
          translations: input.translations ?? {},
          note: '',
        },
        context.clock.now(),
      ),
    ),
  payload: (t) => ({ protocol: protocolField(t, 'The new protocol.') }),
});
