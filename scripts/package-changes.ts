import type { Plugin } from 'rolldown';

/** What is put otherwise in one file of a package: each text, which stands there once, and what takes its place. */
export interface PackageChange {
  /** The end of the file's path, with `/`. */
  file: RegExp;
  replace: readonly (readonly [string, string])[];
}

/** Changes packages while they are bundled. A text that does not stand there once stops the build: see then whether the change is still needed. */
export function changePackages(changes: readonly PackageChange[]): Plugin {
  return {
    name: 'change-packages',
    transform(code, id) {
      const change = changes.find(({ file }) => file.test(id.replaceAll('\\', '/')));
      if (!change) return null;
      return change.replace.reduce((changed, [from, to]) => {
        if (changed.split(from).length !== 2) throw new Error(`${id} is not what it was: it has not once ${from}`);
        return changed.replace(from, to);
      }, code);
    },
  };
}

/**
 * What Prisma does anew for each query although V8 remembers it with the forms of objects, in memory that only a full collection looks at. All rows
 * of every query hung on it until then: every small collection moved them, and a small heap was full again ten times a second.
 */
export const prismaForgets = changePackages([
  {
    file: /\/@prisma\/client\/runtime\/client\.m?js$/,
    replace: [
      // A getter made for each query gives its object a form of its own; that holds the getter, and the getter the answer.
      ['get spec(){return n}', 'spec:n'],
      // An object that others inherit from is held by their form; this one has the rows between the steps of a query.
      ['let n=Object.create(r.scope)', 'let n={...r.scope}'],
      ['let i=Object.create(r);', 'let i={...r};'],
    ],
  },
]);
