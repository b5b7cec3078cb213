import type { Plugin } from 'vite';

const file = /[\\/]src[\\/]data[\\/]generated[\\/]graphql\.ts$/;
const query = '?document=';

/**
 * Makes a module of each operation that the code generator wrote. Together they are one file of parsed texts, which
 * every page that asks the server anything would fetch and read whole.
 */
export function documentsApart(): Plugin {
  const texts = new Map<string, string>();
  return {
    name: 'nes-documents-apart',
    enforce: 'pre',
    apply: 'build',
    resolveId(id, importer) {
      return id.startsWith(query) && importer ? importer + id : undefined;
    },
    load(id) {
      const name = id.split(query)[1];
      return name ? { code: `export const ${name} = ${texts.get(name)};`, moduleSideEffects: false } : undefined;
    },
    transform(code, id) {
      if (!file.test(id)) return;
      const rest = code.replace(
        /^export const (\w+Doc(?:ument)?) = (\{.*\}) as unknown as DocumentNode<.*>;$/gm,
        (_line, name: string, text: string) => {
          texts.set(name, text);
          return `export { ${name} } from '${query}${name}';`;
        },
      );
      if (texts.size === 0)
        throw new Error(`${id}: the operations are not where web/documents-plugin.ts expects them.`);
      return { code: rest, map: null };
    },
  };
}
