/** `npm run generate`: schema.graphql from the API, typed operations from it, custom-elements.json from the elements. */
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { describeElements, elementsFile } from './custom-elements.ts';

const node = (...args: string[]) => execFileSync(process.execPath, args, { stdio: 'inherit' });

node('scripts/print-schema.ts');
node('node_modules/@graphql-codegen/cli/esm/bin.js', '--config', 'web/codegen.ts', '--errors-only');
await describeElements(dirname(elementsFile));
