/** Describes the elements for editors and frameworks, from their source: web/custom-elements.json. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..', '..');
const web = join(root, 'web');

export const elementsFile = join(web, 'custom-elements.json');

/** Writes the description into `folder` and returns its text. */
export async function describeElements(folder: string): Promise<string> {
  const analyzer = join(root, 'node_modules', '@custom-elements-manifest', 'analyzer', 'cem.js');
  const analyzed = [
    '--config',
    'custom-elements-manifest.config.mjs',
    '--quiet',
    '--outdir',
    relative(web, folder) || '.',
  ];
  execFileSync(process.execPath, [analyzer, 'analyze', ...analyzed], {
    cwd: web,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return readFileSync(join(folder, 'custom-elements.json'), 'utf8');
}

if (import.meta.main) await describeElements(web);
