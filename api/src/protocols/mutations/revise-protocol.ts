import { mutation } from '../../schema/builder.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { reviseProtocol } from '../edit.ts';
import {
  descriptionCheck,
  noteCheck,
  protocolField,
  protocolOf,
  signedIn,
  summaryCheck,
  tagsCheck,
  titleCheck,
  translationsInput,
} from '../protocol-inputs.ts';
import { CategoryEnum } from '../types.ts';

mutation('reviseProtocol', {
  description: "Saves a new state of a protocol of one's own. What is left out stays as it was.",
  input: (t) => ({
    id: t.id({ required: true, description: 'Global id of the protocol.' }),
    baseRevision: t.id({
      required: true,
      description: 'Global id of the revision that was changed. CONFLICT when there is a later one.',
    }),
    title: t.string({ description: '1 to 120 characters.', validate: titleCheck }),
    summary: t.string({ description: 'At most 500 characters.', validate: summaryCheck }),
    description: t.string({ description: 'At most 10,000 characters.', validate: descriptionCheck }),
    category: t.field({ type: CategoryEnum, description: 'What it is for.' }),
    tags: t.stringList({ description: 'At most 20, each 1 to 40 characters.', validate: tagsCheck }),
    program: t.field({ type: 'JSON', description: 'A program. Faults are named with their paths.' }),
    translations: t.field(translationsInput),
    note: t.string({
      description:
        'What changes, in a sentence: one line, at most 300 characters. Everybody who reads the revision sees it.',
      validate: noteCheck,
    }),
  }),
  resolve: async (input, context) => {
    const id = inputUuid('Protocol', input.id, 'id');
    const { title, summary, description, category, tags, program, translations, note } = input;
    await reviseProtocol(
      context.database,
      signedIn(context),
      id,
      inputUuid('Revision', input.baseRevision, 'baseRevision'),
      {
        title: title ?? undefined,
        summary: summary ?? undefined,
        description: description ?? undefined,
        category: category ?? undefined,
        tags: tags ?? undefined,
        program: program ?? undefined,
        translations: translations ?? undefined,
        note: note ?? undefined,
      },
      (bytes) => context.keeping.count(context, bytes),
      context.clock.now(),
    );
    return protocolOf(id);
  },
  payload: (t) => ({ protocol: protocolField(t, 'The protocol as it is now; also with CONFLICT.') }),
});
