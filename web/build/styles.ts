import type { Plugin } from 'vite';

/** The text of a module with its style sheets, the `css` literals, without comments and indentation. Lines stay where they are, so that source maps do. */
export const withPlainStyles = (code: string): string =>
  code.replace(/(?<![\w$])css`[^`]*`/g, (sheet) =>
    sheet.replace(/\/\*.*?\*\//gs, (comment) => comment.replace(/[^\n]/g, '')).replace(/\n[ \t]+/g, '\n'),
  );

/** What is written for readers of the sources is not sent to visitors. */
export function styles(): Plugin {
  return {
    name: 'nes-styles',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      return id.endsWith('.ts') && code.includes('css`') ? { code: withPlainStyles(code), map: null } : undefined;
    },
  };
}
