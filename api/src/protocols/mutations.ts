import { z } from 'zod';
import { builder, mutation } from '../graphql/builder.ts';
import type { Context, Viewer } from '../graphql/context.ts';
import { unauthenticated } from '../graphql/errors.ts';
import { encodeNodeId, inputUuid } from '../graphql/node-id.ts';
import { line, paragraphs } from '../graphql/texts.ts';
import {
  createProtocol,
  deleteProtocol,
  forkProtocol,
  reportProtocol,
  restoreRevision,
  reviseProtocol,
  showProtocol,
} from './edit.ts';
import { CategoryEnum, Protocol } from './types.ts';

const ReportReason = builder.enumType('ReportReason', {
  description: 'What is wrong with a protocol.',
  values: {
    HARMFUL: { description: 'It could harm somebody.' },
    MISLEADING: { description: 'It promises what it cannot do, or says it is a treatment.' },
    COPYRIGHT: { description: "It is somebody else's work." },
    SPAM: { description: 'It advertises something.' },
    OTHER: { description: 'Something else.' },
  },
});

const titleCheck = line(120, 1);
const summaryCheck = line(500);
const descriptionCheck = paragraphs(10_000);
const tagsCheck = z.array(line(40, 1)).max(20);

function signedIn({ viewer }: Context): Viewer {
  if (!viewer) throw unauthenticated();
  return viewer;
}

/** The payload of the mutations that answer with a protocol, which is read anew with what was asked of it. */
interface Written {
  id: string;
}

const protocolOf = (id: string): Written => ({ id });

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;

const protocolField = (t: PothosSchemaTypes.ObjectFieldBuilder<Types, Written>, description: string) =>
  t.prismaField({
    type: Protocol,
    nullable: true,
    description,
    // A refused mutation brings no id along.
    resolve: (query, { id }, _args, { database }) =>
      id ? database.protocol.findUnique({ ...query, where: { id } }) : null,
  });

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
      description: 'A program in the form of web/src/program/program.schema.json. Faults are named with their paths.',
    }),
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
        },
        context.clock.now(),
      ),
    ),
  payload: (t) => ({ protocol: protocolField(t, 'The new protocol.') }),
});

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
  }),
  resolve: async (input, context) => {
    const id = inputUuid('Protocol', input.id, 'id');
    const { title, summary, description, category, tags, program } = input;
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
      },
      context.clock.now(),
    );
    return protocolOf(id);
  },
  payload: (t) => ({ protocol: protocolField(t, 'The protocol as it is now; also with CONFLICT.') }),
});

mutation('restoreRevision', {
  description: "Makes an earlier state of a protocol of one's own the present one, as a new revision.",
  input: (t) => ({
    protocol: t.id({ required: true, description: 'Global id of the protocol.' }),
    revision: t.id({ required: true, description: 'Global id of its revision.' }),
  }),
  resolve: async (input, context) => {
    const id = inputUuid('Protocol', input.protocol, 'protocol');
    const revision = inputUuid('Revision', input.revision, 'revision');
    await restoreRevision(context.database, signedIn(context), id, revision, context.clock.now());
    return protocolOf(id);
  },
  payload: (t) => ({ protocol: protocolField(t, 'The protocol as it is now.') }),
});

mutation('forkProtocol', {
  description: "Makes a draft of one's own from a revision that one may read.",
  input: (t) => ({ revision: t.id({ required: true, description: 'Global id of the revision.' }) }),
  resolve: async (input, context) =>
    protocolOf(
      await forkProtocol(
        context.database,
        signedIn(context),
        inputUuid('Revision', input.revision, 'revision'),
        context.clock.now(),
      ),
    ),
  payload: (t) => ({ protocol: protocolField(t, 'The new protocol.') }),
});

for (const [name, visibility, description] of [
  ['publishProtocol', 'PUBLIC', "Lets everybody find a protocol of one's own. Needs an account."],
  ['unlistProtocol', 'UNLISTED', "Takes a protocol of one's own out of all lists; who has its address can read it."],
] as const) {
  mutation(name, {
    description,
    input: (t) => ({ id: t.id({ required: true, description: 'Global id of the protocol.' }) }),
    resolve: async (input, context) => {
      const id = inputUuid('Protocol', input.id, 'id');
      await showProtocol(context.database, signedIn(context), id, visibility, context.clock.now());
      return protocolOf(id);
    },
    payload: (t) => ({ protocol: protocolField(t, 'The protocol as it is now.') }),
  });
}

mutation('deleteProtocol', {
  description:
    "Deletes a protocol of one's own. What others (or oneself) have played stays in their histories, without author and texts.",
  input: (t) => ({ id: t.id({ required: true, description: 'Global id of the protocol.' }) }),
  resolve: async (input, context) => {
    const id = inputUuid('Protocol', input.id, 'id');
    await deleteProtocol(context.database, signedIn(context), id, context.clock.now());
    return { deletedProtocolId: encodeNodeId('Protocol', id) };
  },
  payload: (t) => ({
    deletedProtocolId: t.id({
      nullable: true,
      description: 'Global id of what was deleted.',
      resolve: (payload) => payload.deletedProtocolId ?? null,
    }),
  }),
});

mutation('reportProtocol', {
  description: 'Tells the administrators that something is wrong with a published protocol.',
  input: (t) => ({
    id: t.id({ required: true, description: 'Global id of the protocol.' }),
    reason: t.field({ type: ReportReason, required: true, description: 'What is wrong with it.' }),
    text: t.string({ description: 'More about it, at most 2,000 characters.', validate: paragraphs(2_000) }),
  }),
  resolve: async (input, context) => {
    const id = inputUuid('Protocol', input.id, 'id');
    await reportProtocol(context.database, signedIn(context), id, input.reason, input.text ?? '', context.clock.now());
    return protocolOf(id);
  },
  payload: (t) => ({ protocol: protocolField(t, 'The protocol.') }),
});
