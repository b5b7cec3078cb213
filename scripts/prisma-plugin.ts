import type { Plugin } from 'rolldown';

/**
 * What Prisma does anew for each query although V8 remembers it with the forms of objects, in memory that only a full collection looks at. All rows
 * of every query hung on it until then: every small collection moved them, and a small heap was full again ten times a second.
 */
const CHANGES: readonly [string, string][] = [
  // A getter made for each query gives its object a form of its own; that holds the getter, and the getter the answer.
  ['get spec(){return n}', 'spec:n'],
  // An object that others inherit from is held by their form; this one has the rows between the steps of a query.
  ['let n=Object.create(r.scope)', 'let n={...r.scope}'],
  ['let i=Object.create(r);', 'let i={...r};'],
];

/** Changes Prisma's runtime while it is bundled. What is not found once stops the build: see then whether the change is still needed. */
export const prismaForgets: Plugin = {
  name: 'prisma-forgets',
  transform(code, id) {
    if (!/[\\/]@prisma[\\/]client[\\/]runtime[\\/]client\.m?js$/.test(id)) return null;
    return CHANGES.reduce((changed, [from, to]) => {
      if (changed.split(from).length !== 2)
        throw new Error(`${id} has not once: ${from}. See scripts/prisma-plugin.ts.`);
      return changed.replace(from, to);
    }, code);
  },
};
