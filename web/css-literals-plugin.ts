import type { Plugin } from 'vite';

/**
 * Takes comments and the space of layout out of the literals of `css` in our own sources: what is for the reader of the
 * source is not for the line. Literals with values in them stay as they are.
 */
export function cssLiterals(): Plugin {
  return {
    name: 'nes-css-literals',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (!/[\\/]web[\\/]src[\\/].*\.ts(\?|$)/.test(id) || !code.includes('css`')) return;
      const small = code.replace(/\bcss`((?:[^`\\$]|\$(?!\{))*)`/g, (_, text: string) => `css\`${shorter(text)}\``);
      return { code: small, map: null };
    },
  };
}

function shorter(text: string): string {
  return text
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: /g, ':')
    .replace(/;\}/g, '}')
    .trim();
}
