import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from './schema.ts';

/** The schema as it is checked in (schema.graphql), and as `GET /schema.graphql` answers it. */
export const schemaText = (): string =>
  `# Printed from the code by scripts/print-schema.ts. Do not edit.\n${printSchema(lexicographicSortSchema(schema))}\n`;
