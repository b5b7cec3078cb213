import assert from 'node:assert/strict';
import { test } from 'vitest';
import { withPlainStyles } from './styles.ts';

test('style sheets lose comments and indentation, and nothing else moves or changes', () => {
  const code = [
    'const text = `  stays`;',
    'export const styles = css`',
    '  /* Why:',
    '     two lines. */',
    '  :host {',
    '    width: calc(1px + var(--gap));',
    "    content: 'a  b';",
    '  }',
    '`;',
    'const html = scss`  stays /* too */`;',
  ].join('\n');
  assert.equal(
    withPlainStyles(code),
    [
      'const text = `  stays`;',
      'export const styles = css`',
      '',
      '',
      ':host {',
      'width: calc(1px + var(--gap));',
      "content: 'a  b';",
      '}',
      '`;',
      'const html = scss`  stays /* too */`;',
    ].join('\n'),
  );
});
