/** What web/custom-elements.json says of the elements that a page may use. */
import { readFileSync } from 'node:fs';
import { elementsFile } from './manifest.ts';

/** The elements that a page may use. */
export const embeddable = ['nes-player', 'nes-protocol-list', 'nes-visual', 'nes-metrics'];

// biome-ignore lint/suspicious/noExplicitAny: a manifest is data of another project's schema
type Declaration = any;

interface Manifest {
  schemaVersion: string;
  modules: { kind: 'javascript-module'; path: string; declarations: Declaration[]; exports: Declaration[] }[];
}

/** The manifest of the elements that a page may use, each under the module that pages load. */
export function embedManifest(): Manifest {
  const all = JSON.parse(readFileSync(elementsFile, 'utf8')) as Manifest;
  const declarations = all.modules
    .flatMap((module) => module.declarations)
    .filter(({ tagName }) => embeddable.includes(tagName))
    // Where a class comes from within our sources says nothing to those who load one file.
    .map(({ superclass: _, ...declaration }) => ({
      ...declaration,
      members: declaration.members.map(({ inheritedFrom: __, ...member }: Declaration) => member),
      attributes: declaration.attributes?.map(({ inheritedFrom: __, ...one }: Declaration) => one),
    }));
  const found = declarations.map(({ tagName }) => tagName);
  const missing = embeddable.filter((tag) => !found.includes(tag));
  if (missing.length > 0) throw new Error(`web/custom-elements.json has no ${missing.join(', ')}: npm run generate.`);
  return {
    schemaVersion: all.schemaVersion,
    modules: [
      {
        kind: 'javascript-module',
        path: 'nes.js',
        declarations,
        exports: declarations.flatMap(({ name, tagName }) => [
          { kind: 'js', name, declaration: { name, module: 'nes.js' } },
          { kind: 'custom-element-definition', name: tagName, declaration: { name, module: 'nes.js' } },
        ]),
      },
    ],
  };
}
