/** Every sentence that the API may answer as an error, read from the sources: no list is kept by hand. */
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Node as Literal, textOf } from '@nes/program/testing/literal-text.ts';
import { parseAst } from 'rolldown/parseAst';

const root = resolve(import.meta.dirname, '../../..');

/** What is for operators, mails, and what is told of the schema: no answer says it. */
const ELSEWHERE =
  /\.test\.ts$|^api\/src\/(platform|testing)\/|(config|main|start|housekeeping|mails|schema-rules|services|event-columns)\.ts$/;
/** Properties and calls whose texts are no answers. */
const DESCRIBES = new Set(['description', 'help', 'deprecationReason']);
const TOLD_TO_OTHERS = /(^|\.)(log|console|metrics)\.\w+$/;
/** Files of fields describe much and answer little: there a sentence counts where an error is made of it. */
const FIELDS = /(types\.ts|\/mutations\/.*)$/;
const MAKES_ERRORS =
  /^(userError|badInput|forbidden|unauthenticated|unavailable|refusal)$|\.(enum|literal|min|max|regex|refine)$/;

interface Node extends Literal {
  start: number;
  end: number;
}

/** What begins small is a field of the input, or no sentence. */
const isSentence = (text: string): boolean =>
  !/^it /.test(text) && /^(\{0\}|["\w]).* .*[.!?]$/s.test(text) && !/\b(SELECT|UPDATE|FROM)\b/.test(text);

const calleeOf = (node: Node, source: string): string => {
  const { start, end } = node.callee as Node;
  return source.slice(start, end);
};

function isTold(around: readonly Node[], source: string): boolean {
  return around.slice(-6).some((node) => {
    if (node.type === 'Property') return DESCRIBES.has(((node.key as Node).name ?? '') as string);
    if (node.type === 'NewExpression') return calleeOf(node, source) === 'Error';
    return node.type === 'CallExpression' && TOLD_TO_OTHERS.test(calleeOf(node, source));
  });
}

/** Sentences by the files they stand in. */
export function answeredMessages(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of globSync('api/src/**/*.ts', { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()) {
    if (ELSEWHERE.test(file)) continue;
    const source = readFileSync(join(root, file), 'utf8');
    const visit = (value: unknown, around: readonly Node[]): void => {
      if (Array.isArray(value)) for (const one of value) visit(one, around);
      if (value === null || typeof value !== 'object' || typeof (value as Node).type !== 'string') return;
      const node = value as Node;
      const text = textOf(node);
      const answers =
        !FIELDS.test(file) ||
        around.slice(-6).some((one) => one.type === 'CallExpression' && MAKES_ERRORS.test(calleeOf(one, source)));
      if (text !== null && answers && isSentence(text) && !isTold(around, source))
        found.set(text, [...(found.get(text) ?? []), file]);
      for (const part of Object.values(node)) visit(part, [...around, node]);
    };
    visit(parseAst(source, { lang: 'ts' }), []);
  }
  return found;
}
