import type { Program } from '@nes/program/model.ts';
import { z } from 'zod';
import { Author, User } from '../accounts/types.ts';
import type { Prisma, Protocol as ProtocolRow, Revision as RevisionRow } from '../platform/prisma/client.ts';
import { builder } from '../schema/builder.ts';
import { can } from '../schema/can.ts';
import type { Context } from '../schema/context.ts';
import { argumentUuid } from '../schema/node-id.ts';
import { guardNode } from '../schema/node-rules.ts';
import { line } from '../schema/texts.ts';
import { firstPage } from './first-page.ts';
import { programIn, textIn } from './library-texts.ts';
import { listedRevisions, mayReadHeard, mayReadRevision, type RevisionWithRights, revisionRights } from './rights.ts';
import { cut, matching, orders, publicProtocols } from './search.ts';

export const CategoryEnum = builder.enumType('Category', {
  description: 'What a protocol is for.',
  values: {
    FOCUS: { description: 'Doing one thing with attention.' },
    STUDY: { description: 'Reading and learning.' },
    ENERGY: { description: 'Getting going.' },
    CREATIVITY: { description: 'Having ideas.' },
    RELAXATION: { description: 'Coming down.' },
    STRESS_RELIEF: { description: 'Letting tension go.' },
    MEDITATION: { description: 'Sitting quietly.' },
    NAP: { description: 'A short sleep by day.' },
    SLEEP: { description: 'Falling and staying asleep.' },
    WAKE_UP: { description: 'Waking up.' },
    BREATHING: { description: 'Breathing in time.' },
    CONTROL: { description: 'The same sound without a beat, to compare with.' },
    OTHER: { description: 'Anything else.' },
  },
});

export const EvidenceEnum = builder.enumType('Evidence', {
  description: 'What studies say of the kind of stimulus a protocol uses. None of it is a treatment.',
  values: {
    PROMISING: { description: 'Several controlled studies agree on an effect.' },
    MIXED: { description: 'Controlled studies disagree.' },
    UNSUPPORTED: { description: 'Too few studies, or none.' },
    CONTROL: { description: 'A control: no beat.' },
    UNRATED: { description: 'Made by a user; nobody has compared it with studies.' },
  },
});

const BandEnum = builder.enumType('Band', {
  description: 'Frequency band of a beat, named after the bands of the EEG.',
  values: {
    DELTA: { description: '0.5 Hz to less than 4 Hz.' },
    THETA: { description: '4 Hz to less than 8 Hz.' },
    ALPHA: { description: '8 Hz to less than 13 Hz.' },
    BETA: { description: '13 Hz to 30 Hz.' },
    GAMMA: { description: 'Above 30 Hz.' },
  },
});

const VisibilityEnum = builder.enumType('Visibility', {
  description: 'Who can find a protocol.',
  values: {
    DRAFT: { description: 'Its author only.' },
    UNLISTED: { description: 'Everybody who has its address; it stands in no list.' },
    PUBLIC: { description: 'Everybody.' },
  },
});

const OrderEnum = builder.enumType('ProtocolOrder', {
  description: 'Order of a list of protocols.',
  values: {
    BEST_MATCH: { description: 'What fits `filter.search` best first; as RECOMMENDED without one.' },
    RECOMMENDED: {
      description:
        'What is best supported first, of each category one before the second of any; then what people published, most sessions first.',
    },
    POPULAR: { description: 'Most sessions first.' },
    NEWEST: { description: 'Last published first.' },
    TITLE: { description: 'By title.' },
    SHORTEST: { description: 'Shortest first.' },
    BEST_RATED: { description: 'Highest mean of stars first, those without ratings last.' },
  },
});

const seconds = z.number().min(0).max(1e9);

const Filter = builder.inputType('ProtocolFilter', {
  description: 'What a protocol has to be to stand in a list; parts that are left out do not matter.',
  fields: (t) => ({
    search: t.string({
      description:
        'What is looked for, as people type it: words or their beginnings, with slips of the key, in all texts, or what they mean (`insomnia` finds what is for sleep). Where nothing has all of the words, what has the most. At most 200 characters.',
      validate: line(200),
    }),
    categories: t.field({
      type: [CategoryEnum],
      description: 'One of these categories.',
      validate: z.array(z.any()).max(20),
    }),
    bands: t.field({
      type: [BandEnum],
      description: 'Passes through one of these bands.',
      validate: z.array(z.any()).max(5),
    }),
    minDurationSeconds: t.float({ description: 'Lasts at least this long, seconds.', validate: seconds }),
    maxDurationSeconds: t.float({ description: 'Lasts at most this long, seconds.', validate: seconds }),
    evidence: t.field({
      type: [EvidenceEnum],
      description: 'Has one of these labels.',
      validate: z.array(z.any()).max(5),
    }),
    speakersOk: t.boolean({ description: 'Can (true) or cannot (false) be heard over loudspeakers.' }),
    author: t.id({ description: 'Published by this person: `id` of an author.' }),
    builtIn: t.boolean({ description: 'Part of the built-in library (true), or made by a user (false).' }),
    tags: t.stringList({ description: 'Has all of these tags. At most 20.', validate: z.array(line(40)).max(20) }),
  }),
});

const Source = builder.prismaObject('Source', {
  description: 'A paper behind what is known, told in the language of `Accept-Language`.',
  fields: (t) => ({
    title: t.string({
      description:
        'Title of the paper as printed; in square brackets what it is about, where the title itself was not read.',
      resolve: ({ protocolId, title }, _args, { language }) => textIn(language, protocolId, title),
    }),
    authors: t.exposeString('authors', { description: 'Family names; more than three become "first author et al.".' }),
    year: t.exposeInt('year', { nullable: true, description: 'Year of publication.' }),
    url: t.exposeString('url', { nullable: true, description: 'DOI link; null where none could be verified.' }),
    finding: t.string({
      description: 'What the paper found, in one sentence.',
      resolve: ({ protocolId, finding }, _args, { language }) => textIn(language, protocolId, finding),
    }),
    pmid: t.exposeString('pmid', { nullable: true, description: "PubMed's number, where no DOI is known." }),
    participants: t.string({
      description: 'Who or what was studied, and how many.',
      resolve: ({ protocolId, participants }, _args, { language }) => textIn(language, protocolId, participants),
    }),
    stimulus: t.string({
      nullable: true,
      description: 'What was really heard or done, and against what; null for reviews that pool many studies.',
      resolve: ({ protocolId, stimulus }, _args, { language }) => textIn(language, protocolId, stimulus),
    }),
    funding: t.string({
      nullable: true,
      description: 'An interest of those who wrote or paid for it; null where none is known.',
      resolve: ({ protocolId, funding }, _args, { language }) => textIn(language, protocolId, funding),
    }),
    readOn: t.field({
      type: 'Date',
      nullable: true,
      description: 'Day on which it was read.',
      resolve: ({ readOn }) => readOn?.toISOString().slice(0, 10) ?? null,
    }),
  }),
});

/** One entry of a protocol's `labels`. */
interface EvidenceLabel {
  of: string;
  evidence: 'PROMISING' | 'MIXED' | 'UNSUPPORTED';
}

const Label = builder.objectRef<EvidenceLabel>('EvidenceLabel').implement({
  description: 'A label rates one thing: the sound, or what is done while it plays.',
  fields: (t) => ({
    of: t.exposeString('of', { description: 'What is rated, in a few words.' }),
    evidence: t.field({
      type: EvidenceEnum,
      description: 'What its studies come to.',
      resolve: ({ evidence }) => evidence,
    }),
  }),
});

/** Whether the viewer may read what a protocol's row says. */
const readable = (viewer: Parameters<typeof can>[0]): Prisma.ProtocolWhereInput => ({
  OR: [{ visibility: { not: 'DRAFT' }, hiddenAt: null }, ...(viewer ? [{ ownerId: viewer.userId }] : [])],
});

/** What every read of a revision brings along; its program is read only when it is asked for. */
interface RevisionParent {
  id: string;
  protocolId: string;
}

const inReadersLanguage = builder.args((t) => ({
  translated: t.boolean({
    defaultValue: true,
    description:
      'Whether in the language of `Accept-Language`, where it is written in it; else as its author wrote it.',
  }),
}));

type RevisionText = 'title' | 'summary' | 'description';

/** A text of a revision that may be written in several languages. */
const revisionText = <Name extends RevisionText>(name: Name, description: string) => ({
  description,
  args: inReadersLanguage,
  select: { [name]: true, translations: true } as Record<Name | 'translations', true>,
  resolve: (
    revision: Pick<RevisionRow, Name | 'protocolId' | 'translations'>,
    { translated }: { translated?: boolean | null },
    { language }: Context,
  ): string =>
    translated ? textIn(language, revision.protocolId, revision[name], revision.translations) : revision[name],
});

export const Revision = builder.prismaNode('Revision', {
  id: { field: 'id', description: 'Global id.' },
  nullable: true,
  description:
    'One saved state of a protocol. A revision never changes; what it says is told in the language of `Accept-Language` (`en`, `es`, `fr`, `de`) where it is written in it, else as its author wrote it.',
  select: { id: true, protocolId: true },
  fields: (t) => ({
    number: t.exposeInt('number', {
      description: '1 for the first, one more with every save.',
    }),
    title: t.string(revisionText('title', 'Title at that time.')),
    summary: t.string(revisionText('summary', 'One sentence: what it is for.')),
    description: t.string(revisionText('description', 'Plain paragraphs, parted by an empty line.')),
    whatIsKnown: t.stringList({
      description: 'What studies say, as plain paragraphs.',
      select: { whatIsKnown: true },
      resolve: ({ protocolId, whatIsKnown }, _args, { language }) =>
        whatIsKnown.map((text) => textIn(language, protocolId, text)),
    }),
    program: t.field({
      type: 'JSON',
      // Up to 100 kB: as much as some forty other objects.
      complexity: 40,
      description: 'What is played: a program in the form of program/program.schema.json.',
      args: {
        translated: t.arg.boolean({
          defaultValue: false,
          description:
            'Whether chapters and voices have their names in the language of `Accept-Language`, where there are any; `programHash` is of the original.',
        }),
      },
      select: { program: true, translations: true },
      resolve: ({ protocolId, program, translations }, { translated }, { language }) =>
        translated ? programIn(language, protocolId, program as unknown as Program, translations) : program,
    }),
    translations: t.field({
      type: 'JSON',
      complexity: 10,
      description:
        'What its author says in other languages: by language, then by a text of it as it is; `{}` where nothing is, and for built-in ones, whose texts come with the program.',
      select: { translations: true },
      resolve: ({ translations }) => translations,
    }),
    note: t.exposeString('note', {
      description:
        'What its author says has changed, in a sentence of at most 300 characters; empty where nothing was said.',
    }),
    programHash: t.exposeString('programHash', {
      description: "SHA-256 of the program's JSON with sorted keys, in hex: equal programs have equal hashes.",
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was saved, UTC.' }),
    author: t.relation('author', {
      type: Author,
      nullable: true,
      description: 'Who saved it; null for built-in ones and where the person has gone.',
    }),
  }),
});

export const Protocol = builder.prismaNode('Protocol', {
  id: { field: 'id', description: 'Global id.' },
  nullable: true,
  description:
    'A published (or drafted) program with what is said about it. Its content is in its revisions. What it says is told in the language of `Accept-Language` (`en`, `es`, `fr`, `de`) where it is written in it, else as its author wrote it.',
  fields: (t) => ({
    slug: t.exposeString('slug', { description: 'Name in addresses, unique.' }),
    title: t.string({
      description: 'Title, 1 to 120 characters.',
      resolve: ({ id, title, translations }, _args, { language }) => textIn(language, id, title, translations),
    }),
    summary: t.string({
      description: 'One sentence: what it is for.',
      resolve: ({ id, summary, translations }, _args, { language }) => textIn(language, id, summary, translations),
    }),
    category: t.expose('category', { type: CategoryEnum, description: 'What it is for.' }),
    evidence: t.expose('evidence', { type: EvidenceEnum, description: 'What studies say of this kind of stimulus.' }),
    tags: t.stringList({
      description: 'Words to find it by.',
      resolve: ({ id, tags }, _args, { language }) => tags.map((text) => textIn(language, id, text)),
    }),
    visibility: t.expose('visibility', { type: VisibilityEnum, description: 'Who can find it.' }),
    builtIn: t.boolean({
      description: 'True for a protocol of the built-in library.',
      resolve: (protocol) => protocol.libraryVersion !== null,
    }),
    speakersOk: t.exposeBoolean('speakersOk', {
      description: "True when it can be heard over loudspeakers: no beat is made of two ears' different tones.",
    }),
    durationSeconds: t.exposeFloat('durationSeconds', {
      description: 'Length of all passes in seconds; of one pass where it is endless.',
    }),
    minBeatHz: t.exposeFloat('minBeatHz', {
      nullable: true,
      description: 'Lowest beat that is heard, Hz; null where nothing beats.',
    }),
    maxBeatHz: t.exposeFloat('maxBeatHz', {
      nullable: true,
      description: 'Highest beat that is heard, Hz; null where nothing beats.',
    }),
    bands: t.field({
      type: [BandEnum],
      description: 'Bands that the strongest beat passes through.',
      resolve: (protocol) => protocol.bands as ('DELTA' | 'THETA' | 'ALPHA' | 'BETA' | 'GAMMA')[],
    }),
    author: t.relation('owner', {
      type: Author,
      nullable: true,
      description: 'Who published it; null for built-in ones and where the person has gone.',
    }),
    isMine: t.boolean({
      description: 'True when the signed-in person is its author.',
      resolve: (protocol, _args, { viewer }) => viewer !== null && protocol.ownerId === viewer.userId,
    }),
    revisions: t.relatedConnection(
      'revisions',
      {
        cursor: 'id',
        description: 'Its states, the last first; those saved before it was published for its author only.',
        query: (_args, { viewer }) => ({ where: listedRevisions(viewer), orderBy: { number: 'desc' } }),
      },
      { name: 'RevisionConnection' },
      { name: 'RevisionEdge' },
    ),
    labels: t.field({
      type: [Label],
      description: 'What is rated, the sound first; empty where nothing is claimed.',
      select: { labels: true },
      resolve: ({ id, labels }, _args, { language }) =>
        (labels as unknown as EvidenceLabel[]).map((label) => ({ ...label, of: textIn(language, id, label.of) })),
    }),
    sources: t.relation('sources', {
      type: Source,
      description: 'The papers behind what is known.',
      query: { orderBy: { position: 'asc' } },
    }),
    listenerCount: t.exposeInt('sessionCount', {
      description:
        'How many people have heard it: each once, for a minute and a tenth of it at least (of one shorter than a minute, nine tenths), its author not among them.',
    }),
    sessionCount: t.exposeInt('sessionCount', {
      description: 'The same as `listenerCount`.',
      deprecationReason: 'People are counted, not sessions: ask for `listenerCount`.',
    }),
    ratingCount: t.exposeInt('ratingCount', {
      description: 'How many of these people gave stars, each once: those they gave last.',
    }),
    ratingAverage: t.float({
      nullable: true,
      description: 'Mean of the stars, 1 to 5; null without ratings.',
      resolve: (protocol) => (protocol.ratingCount > 0 ? protocol.ratingAverage : null),
    }),
    viewerRating: t.float({
      nullable: true,
      description: "Mean of the signed-in person's own stars, 1 to 5; null without ratings.",
      select: (_args, { viewer }) =>
        viewer ? { ratings: { where: { userId: viewer.userId, stars: { not: null } }, select: { stars: true } } } : {},
      resolve: (protocol) => {
        const stars = ((protocol as { ratings?: { stars: number | null }[] }).ratings ?? []).map((r) => r.stars ?? 0);
        return stars.length === 0 ? null : stars.reduce((sum, star) => sum + star, 0) / stars.length;
      },
    }),
    publishedAt: t.expose('publishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was first published, UTC; null for one that never was.',
    }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed, UTC.' }),
  }),
});

/** A protocol's related rows as they are selected below. */
interface Related {
  id: string;
  currentRevision: RevisionParent | null;
  controls: ProtocolRow[];
  controlOf: ProtocolRow | null;
  forkedFrom: (RevisionParent & RevisionWithRights) | null;
}

builder.prismaObjectFields(Protocol, (t) => ({
  revision: t.field({
    type: Revision,
    description: 'The state that is played now.',
    select: (_args, _context, nested) => ({ currentRevision: nested() }),
    resolve: (parent) => {
      const protocol = parent as unknown as Related;
      if (!protocol.currentRevision) throw new Error(`Protocol ${protocol.id} has no current revision.`);
      return protocol.currentRevision;
    },
  }),
  control: t.field({
    type: Protocol,
    nullable: true,
    description: 'The same protocol without a beat, to compare with; null where there is none.',
    select: (_args, { viewer }, nested) => ({
      controls: nested({ where: readable(viewer), orderBy: { createdAt: 'asc' }, take: 1 } as never),
    }),
    resolve: (parent) => (parent as unknown as Related).controls[0] ?? null,
  }),
  controlOf: t.field({
    type: Protocol,
    nullable: true,
    description: 'The protocol that this one is the control of; null where it is none.',
    select: (_args, _context, nested) => ({ controlOf: nested() }),
    resolve: (parent, _args, { viewer }) => {
      const { controlOf } = parent as unknown as Related;
      return controlOf && can(viewer, 'protocol.read', controlOf) ? controlOf : null;
    },
  }),
  forkedFrom: t.field({
    type: Revision,
    nullable: true,
    description: 'The revision that it began as a copy of; null where it did not, or where that cannot be read.',
    select: (_args, _context, nested) => ({ forkedFrom: nested({ select: revisionRights } as never) }),
    resolve: async (parent, _args, context) => {
      const { forkedFrom } = parent as unknown as Related;
      return forkedFrom && (await mayReadRevision(context, forkedFrom)) ? forkedFrom : null;
    },
  }),
}));

builder.prismaObjectFields(Revision, (t) => ({
  protocol: t.field({
    type: Protocol,
    nullable: true,
    description: 'The protocol that it is a state of; null where that cannot be read.',
    select: (_args, _context, nested) => ({ protocol: nested() }),
    resolve: (parent, _args, { viewer }) => {
      const { protocol } = parent as unknown as { protocol: ProtocolRow };
      return mayReadHeard(viewer, protocol) ? protocol : null;
    },
  }),
}));

guardNode<ProtocolRow>('Protocol', (protocol, { viewer }) => can(viewer, 'protocol.read', protocol));
guardNode<RevisionParent>('Revision', async ({ id }, context) => {
  const revision = await context.database.revision.findUnique({ where: { id }, select: revisionRights });
  return revision !== null && mayReadRevision(context, revision);
});

/** Two lists give out pages of protocols. */
const ProtocolEdge = builder.edgeObject({ type: Protocol, name: 'ProtocolEdge' });
const ProtocolConnection = builder.connectionObject({ type: Protocol, name: 'ProtocolConnection' }, ProtocolEdge);

builder.queryFields((t) => ({
  protocols: t.prismaConnection(
    {
      type: Protocol,
      cursor: 'id',
      description: 'Protocols that everybody may see.',
      args: {
        filter: t.arg({ type: Filter, description: 'Which ones; without it all.' }),
        order: t.arg({ type: OrderEnum, defaultValue: 'BEST_MATCH', description: 'In which order.' }),
      },
      resolve: async (query, _root, { filter, order }, { database, sql, language }, info) => {
        const matches = filter?.search == null ? null : await matching(database, filter.search, language);
        const byRow = order && order !== 'BEST_MATCH' ? order : 'RECOMMENDED';
        const first = filter ? undefined : await firstPage(sql, query, byRow, info);
        if (first) return first;
        const authorId = filter?.author == null ? null : argumentUuid('User', filter.author, 'filter.author');
        const where = publicProtocols({ ...filter, authorId }, matches);
        if (!matches || byRow === order) return database.protocol.findMany({ ...query, where, orderBy: orders[byRow] });
        const { take, skip, cursor, ...fields } = query;
        const left = new Set((await database.protocol.findMany({ where, select: { id: true } })).map(({ id }) => id));
        const page = cut(
          matches.filter((id) => left.has(id)),
          { take, skip, cursor },
        );
        const rows = await database.protocol.findMany({ ...fields, where: { id: { in: page } } });
        return rows.sort((a, b) => page.indexOf(a.id) - page.indexOf(b.id));
      },
    },
    ProtocolConnection,
    ProtocolEdge,
  ),
  protocol: t.prismaField({
    type: Protocol,
    nullable: true,
    description: 'The protocol of this name; null when there is none or it is not yours to see.',
    args: { slug: t.arg.string({ required: true, description: 'Its `slug`.', validate: line(200) }) },
    resolve: async (query, _root, { slug }, context) => {
      const { database } = context;
      const rights = await database.protocol.findUnique({
        where: { slug },
        select: { id: true, ownerId: true, visibility: true, hiddenAt: true },
      });
      // What nobody needs a right for is not asked of the viewer: then the answer is the same for everybody, and kept.
      if (!rights || !(can(null, 'protocol.read', rights) || can(context.viewer, 'protocol.read', rights))) return null;
      return database.protocol.findUnique({ ...query, where: { id: rights.id } });
    },
  }),
}));

builder.prismaObjectField(User, 'protocols', (t) =>
  t.relatedConnection(
    'protocols',
    {
      cursor: 'id',
      description: "The person's own protocols, drafts too, the last changed first.",
      query: { orderBy: [{ updatedAt: 'desc' }, { id: 'desc' }] },
    },
    ProtocolConnection,
    ProtocolEdge,
  ),
);
