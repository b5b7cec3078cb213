import { readFileSync, writeFileSync } from 'node:fs';
import { addTypenameToDocument } from '@apollo/client/utilities';
import type { CodegenConfig } from '@graphql-codegen/cli';

const generated = `${import.meta.dirname}/src/data/generated/`;

/** Embeds ask by hash alone: the operations themselves would bring their parsed text into every page. */
function writeEmbedOperations(): void {
  const kept = JSON.parse(readFileSync(`${generated}persisted-documents.json`, 'utf8')) as Record<string, string>;
  const lines = Object.entries(kept).flatMap(([hash, text]) => {
    const name = /\bquery (Embed\w+)/.exec(text)?.[1];
    return name ? [`  ${name}: '${hash}',\n`] : [];
  });
  const file = `export const embedOperations = {\n${lines.toSorted().join('')}} as const;\n`;
  writeFileSync(`${generated}embed-operations.ts`, file);
}

/** Typed operations from `schema.graphql`; the server is given `persisted-documents.json`, the operations by their SHA-256. */
export default {
  schema: `${import.meta.dirname}/../schema.graphql`,
  documents: [`${import.meta.dirname}/src/data/operations/*.graphql`],
  importExtension: '.ts',
  hooks: { afterAllFileWrite: writeEmbedOperations },
  generates: {
    [generated]: {
      preset: 'client',
      // Apollo's cache needs __typename; asked for here, it is part of the text that the hash names.
      // Apollo's own function does it: the generator's also adds it to subscription roots, which GraphQL forbids.
      documentTransforms: [
        {
          transform: ({ documents }) =>
            documents.map((file) => ({ ...file, document: file.document && addTypenameToDocument(file.document) })),
        },
      ],
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { mode: 'embedHashInDocument', hashAlgorithm: 'sha256' },
      },
      config: {
        enumsAsTypes: true,
        useTypeImports: true,
        strictScalars: true,
        defaultScalarType: 'unknown',
        scalars: {
          DateTime: 'string',
          Date: 'string',
          UUID: 'string',
          JSON: 'unknown',
        },
      },
    },
  },
} satisfies CodegenConfig;
