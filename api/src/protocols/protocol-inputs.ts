import { z } from 'zod';
import type { builder } from '../schema/builder.ts';
import type { Context } from '../schema/context.ts';
import { unauthenticated } from '../schema/errors.ts';
import { line, paragraphs } from '../schema/texts.ts';
import type { Viewer } from '../schema/viewer.ts';
import { Protocol } from './types.ts';

export const titleCheck = line(120, 1);

export const summaryCheck = line(500);

export const descriptionCheck = paragraphs(10_000);

export const noteCheck = line(300);

export const translationsInput = {
  type: 'JSON',
  description:
    'What stands for its texts in other languages: `{ "de": { "Deep calm": "Tiefe Ruhe" } }`, by language (`en`, `es`, `fr`, `de`), then by a text of the protocol (title, summary, description, names and descriptions of chapters, names of voices), as long as that may be. At most 40,000 bytes in all.',
} as const;

export const tagsCheck = z.array(line(40, 1)).max(20);

export function signedIn({ viewer }: Context): Viewer {
  if (!viewer) throw unauthenticated();
  return viewer;
}

/** The payload of the mutations that answer with a protocol, which is read anew with what was asked of it. */
interface Written {
  id: string;
}

export const protocolOf = (id: string): Written => ({ id });

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;

export const protocolField = (t: PothosSchemaTypes.ObjectFieldBuilder<Types, Written>, description: string) =>
  t.prismaField({
    type: Protocol,
    nullable: true,
    description,
    // A refused mutation brings no id along.
    resolve: (query, { id }, _args, { database }) =>
      id ? database.protocol.findUnique({ ...query, where: { id } }) : null,
  });
