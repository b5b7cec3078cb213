import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { addTypenameToDocument } from '@apollo/client/utilities';
import type { CodegenConfig } from '@graphql-codegen/cli';
import { preset } from '@graphql-codegen/near-operation-file-preset';
import { printExecutableGraphQLDocument } from '@graphql-tools/documents';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';

const generated = `${import.meta.dirname}/src/data/generated/`;

/** Texts of the operations by their hash, with each one's name. */
const persisted = new Map<string, { text: string; name: string }>();

/** What the generator calls with each operation and the fragments in it: becomes `__meta__` of the typed document. */
function persist(document: DocumentNode): { hash: string } {
  const text = printExecutableGraphQLDocument(document);
  const hash = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === 'OperationDefinition',
  );
  persisted.set(hash, { text, name: operation?.name?.value ?? '' });
  return { hash };
}

/** What the server is given, and what embeds ask by: the operations themselves would bring their parsed text into every page. */
function writePersisted(): void {
  const entries = [...persisted].sort(([a], [b]) => (a < b ? -1 : 1));
  const texts = Object.fromEntries(entries.map(([hash, { text }]) => [hash, text]));
  writeFileSync(`${generated}persisted-documents.json`, JSON.stringify(texts, null, 2));
  const lines = entries.flatMap(([hash, { name }]) => (name.startsWith('Embed') ? [`  ${name}: '${hash}',\n`] : []));
  writeFileSync(
    `${generated}embed-operations.ts`,
    `export const embedOperations = {\n${lines.toSorted().join('')}} as const;\n`,
  );
}

/**
 * Apollo's cache needs `__typename`; asked for here, it is part of the text that the hash names. Before the preset, because it hands fragments of other files on as
 * they are; by Apollo's own function, because the generator's also adds it to subscription roots, which GraphQL forbids.
 */
const withTypenames: typeof preset = {
  ...preset,
  buildGeneratesSection: (options) =>
    preset.buildGeneratesSection({
      ...options,
      documents: options.documents.map((file) => ({
        ...file,
        document: file.document && addTypenameToDocument(file.document),
      })),
    }),
};

const scalars = { DateTime: 'string', Date: 'string', UUID: 'string', JSON: 'unknown' };

/** Typed operations from `schema.graphql`, a module for each file of operations: a page brings those that it sends. */
export default {
  schema: `${import.meta.dirname}/../schema.graphql`,
  importExtension: '.ts',
  hooks: { afterAllFileWrite: writePersisted },
  generates: {
    [`${import.meta.dirname}/src/data/operations/`]: {
      documents: [`${import.meta.dirname}/src/data/operations/*.graphql`],
      preset: withTypenames,
      presetConfig: { folder: '../generated', extension: '.ts' },
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        unstable_onExecutableDocumentNode: persist,
        enumsAsTypes: true,
        useTypeImports: true,
        strictScalars: true,
        defaultScalarType: 'unknown',
        scalars,
      },
    },
    // Of the client package: texts with their types, which need no GraphQL library.
    [`${import.meta.dirname}/../client/generated/graphql.ts`]: {
      documents: [`${import.meta.dirname}/../client/operations/*.graphql`],
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        ...{ documentMode: 'string', enumsAsTypes: true, useTypeImports: true, strictScalars: true },
        ...{ defaultScalarType: 'unknown', scalars },
      },
    },
  },
} satisfies CodegenConfig;
