import type { CodegenConfig } from '@graphql-codegen/cli';
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';

/** Typed operations from `schema.graphql`; the server is given `persisted-documents.json`, the operations by their SHA-256. */
export default {
  schema: `${import.meta.dirname}/../schema.graphql`,
  documents: [`${import.meta.dirname}/src/data/operations/*.graphql`],
  importExtension: '.ts',
  generates: {
    [`${import.meta.dirname}/src/data/generated/`]: {
      preset: 'client',
      // Apollo's cache needs __typename; asked for here, it is part of the text that the hash names.
      documentTransforms: [addTypenameSelectionDocumentTransform],
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
