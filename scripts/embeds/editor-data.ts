/**
 * What editors and frameworks want to know of the embeddable elements, by kept generators: web/embed/editor, which is checked in beside
 * web/custom-elements.json, so that a build needs no generators.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { generateJsxTypes } from '@wc-toolkit/jsx-types';
import { generateJetBrainsWebTypes } from 'custom-element-jet-brains-integration';
import { generateVsCodeCustomElementData } from 'custom-element-vs-code-integration';
import { generateVuejsTypes } from 'custom-element-vuejs-integration';
import { embedManifest } from './metadata.ts';

export const editorFolder = resolve(import.meta.dirname, '..', '..', 'web', 'embed', 'editor');

export function writeEditorData(folder: string): void {
  const manifest = embedManifest();
  mkdirSync(folder, { recursive: true });
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
