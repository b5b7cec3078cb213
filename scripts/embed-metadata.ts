/** What editors and frameworks want to know of the embeddable elements, from web/custom-elements.json by kept generators. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { generateJsxTypes } from '@wc-toolkit/jsx-types';
import { generateJetBrainsWebTypes } from 'custom-element-jet-brains-integration';
import { generateVsCodeCustomElementData } from 'custom-element-vs-code-integration';
import { generateVuejsTypes } from 'custom-element-vuejs-integration';
import { elementsFile } from './custom-elements.ts';

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

export function writeEditorData(folder: string): void {
  const manifest = embedManifest();
  writeFileSync(join(folder, 'custom-elements.json'), JSON.stringify(manifest, null, 2));
  // The generators write where the process stands.
  const outdir = relative(process.cwd(), folder);
  const log = console.log;
  console.log = () => undefined;
  try {
    generateVsCodeCustomElementData(manifest, { outdir, htmlFileName: 'html-data.json', cssFileName: 'css-data.json' });
    generateJetBrainsWebTypes(manifest, {
      outdir,
      webTypesFileName: 'web-types.json',
      packageJson: false,
    } as Parameters<typeof generateJetBrainsWebTypes>[1]);
    generateJsxTypes(manifest, {
      outdir,
      fileName: 'react.d.ts',
      globalTypePath: '@nes/elements',
      stronglyTypedEvents: false,
    });
    generateVuejsTypes(manifest, { outdir, fileName: 'vue.d.ts', globalTypePath: '@nes/elements' });
  } finally {
    console.log = log;
  }
  writeFileSync(
    join(folder, 'react.d.ts'),
    `${readFileSync(join(folder, 'react.d.ts'), 'utf8')}
declare module 'react' {
  namespace JSX {
    interface IntrinsicElements extends CustomElements {}
  }
}
`,
  );
}
