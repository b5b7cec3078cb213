/** Prints schema.graphql from the code: `node scripts/print-schema.ts` writes it, `--check` says whether it is fresh (exit 1 when not). */
import { readFile, writeFile } from 'node:fs/promises';
import { schemaText } from '../api/src/http/schema-text.ts';

/** Where the printed contract lies. */
const FILE = new URL('../schema.graphql', import.meta.url);

const text = schemaText();
if (process.argv.includes('--check')) {
  const old = await readFile(FILE, 'utf8').catch(() => '');
  if (old !== text) {
    console.error('schema.graphql is not what the code says. Run: npm run generate');
    process.exitCode = 1;
  }
} else {
  await writeFile(FILE, text);
}
