/**
 * The step `make:operations` of package.json: typed operations from `schema.graphql`, a module for each file of operations, so that a page brings those
 * that it sends. By the generator's core, without its command line, which installs 40 MB of loaders for schemas elsewhere.
 */
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { addTypenameToDocument } from '@apollo/client/utilities';
import { codegen } from '@graphql-codegen/core';
import { preset } from '@graphql-codegen/near-operation-file-preset';
import type { Types } from '@graphql-codegen/plugin-helpers';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { printExecutableGraphQLDocument } from '@graphql-tools/documents';
import { buildASTSchema, type DocumentNode, type OperationDefinitionNode, parse } from 'graphql';

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

const schema = parse(readFileSync(`${import.meta.dirname}/../schema.graphql`, 'utf8'));

/** The files of a folder, parsed. */
const documentsOf = (folder: string): Types.DocumentFile[] =>
  globSync('*.graphql', { cwd: folder })
    .toSorted()
    .map((name) => {
      const location = resolve(folder, name);
      return { location, document: parse(readFileSync(location, 'utf8')) };
    });

/** What both kinds of modules have in common. */
const common = {
  schema,
  schemaAst: buildASTSchema(schema),
  plugins: [{ 'typescript-operations': {} }, { 'typed-document-node': {} }],
  pluginMap: { 'typescript-operations': typescriptOperations, 'typed-document-node': typedDocumentNode },
  importExtension: '.ts',
  emitLegacyCommonJSImports: false,
} as const;

const config = {
  importExtension: '.ts',
  emitLegacyCommonJSImports: false,
  enumsAsTypes: true,
  useTypeImports: true,
  strictScalars: true,
  defaultScalarType: 'unknown',
  scalars: { DateTime: 'string', Date: 'string', UUID: 'string', JSON: 'unknown' },
};

async function write(options: Types.GenerateOptions): Promise<void> {
  const text = await codegen({ ...common, ...options });
  mkdirSync(dirname(options.filename), { recursive: true });
  writeFileSync(options.filename, text);
}

const operations = resolve(import.meta.dirname, 'src/data/operations');
const modules = await preset.buildGeneratesSection({
  ...common,
  plugins: [...common.plugins],
  baseOutputDir: `${operations}/`,
  presetConfig: { folder: '../generated', extension: '.ts' },
  // Apollo's cache needs `__typename`; asked for here, it is part of the text that the hash names. Before the preset, because it hands fragments of other
  // files on as they are; by Apollo's own function, because the generator's also adds it to subscription roots, which GraphQL forbids.
  documents: documentsOf(operations).map((file) => ({
    ...file,
    document: file.document && addTypenameToDocument(file.document),
  })),
  config: { ...config, unstable_onExecutableDocumentNode: persist },
});
for (const module of modules) await write(module);
writePersisted();

// Of the client package: texts with their types, which need no GraphQL library.
const client = resolve(import.meta.dirname, '../client');
await write({
  ...common,
  plugins: [...common.plugins],
  filename: `${client}/generated/graphql.ts`,
  documents: documentsOf(`${client}/operations`),
  config: { ...config, documentMode: 'string' },
});
