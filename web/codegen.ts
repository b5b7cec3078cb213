import { addTypenameToDocument } from '@apollo/client/utilities';
import type { CodegenConfig } from '@graphql-codegen/cli';

/** Typed operations from `schema.graphql`; the server is given `persisted-documents.json`, the operations by their SHA-256. */
export default {
  schema: `${import.meta.dirname}/../schema.graphql`,
  documents: [`${import.meta.dirname}/src/data/operations/*.graphql`],
  importExtension: '.ts',
  generates: {
    [`${import.meta.dirname}/src/data/generated/`]: {
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
