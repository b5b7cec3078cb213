import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const web = resolve(import.meta.dirname, '../web');
export const iconsFolder = join(web, 'icons');

/**
 * Writes the icons that the sources import as `#icons/NAME.svg` into `folder`, as the set (Lucide, ISC) has them. The set itself is 66 MB, with
 * fonts and 1,700 icons more, so it is there for development only.
 * @throws where the set has no icon of a name
 */
export function writeIcons(folder: string): void {
  const names = new Set<string>();
  for (const file of globSync('src/**/*.ts', { cwd: web }))
    for (const [, name = ''] of readFileSync(join(web, file), 'utf8').matchAll(/'#icons\/([a-z0-9-]+)\.svg\?raw'/g))
      names.add(name);
  const set = resolve(web, '../node_modules/lucide-static');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of names) writeFileSync(join(folder, `${name}.svg`), readFileSync(join(set, 'icons', `${name}.svg`)));
  writeFileSync(join(folder, 'LICENSE.txt'), readFileSync(join(set, 'LICENSE')));
}
