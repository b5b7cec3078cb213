/**
 * `npm run generate`: the database client from prisma/schema.prisma, schema.graphql from the API, typed operations from it, custom-elements.json
 * and data for editors from the elements, the icons that the pages name.
 */
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { editorFolder, writeEditorData } from './embeds/editor-data.ts';
import { describeElements, elementsFile } from './embeds/manifest.ts';
import { iconsFolder, writeIcons } from './icons.ts';

const node = (...args: string[]) => execFileSync(process.execPath, args, { stdio: 'inherit' });

node('--run', 'make:database-client');
node('scripts/print-schema.ts');
node('web/codegen.ts');
await describeElements(dirname(elementsFile));
writeEditorData(editorFolder);
writeIcons(iconsFolder);
