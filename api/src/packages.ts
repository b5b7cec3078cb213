import { readFileSync, statSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';

/**
 * Starts from source load our modules as they are and the packages from the few files that setup put them into (scripts/bundle-packages.ts); without
 * these, or when other packages have been installed since, from where npm put them.
 * @param modules the folder node_modules
 */
export function loadPackagesTogether(modules: string): void {
  let together: { lock: string; packages: Record<string, string> };
  try {
    together = JSON.parse(readFileSync(join(modules, '.cache/nes/packages/index.json'), 'utf8'));
    const { mtimeMs, size } = statSync(join(modules, '.package-lock.json'));
    if (together.lock !== `${mtimeMs} ${size}`) return;
  } catch {
    return;
  }
  const packages = new Map(Object.entries(together.packages));
  registerHooks({
    resolve(specifier, context, next) {
      const url = packages.get(specifier);
      if (url !== undefined) return { url, format: 'module', shortCircuit: true };
      // Our own imports name files, so there is nothing to look for.
      if (specifier.startsWith('.') && specifier.endsWith('.ts') && context.parentURL) {
        return { url: new URL(specifier, context.parentURL).href, format: 'module-typescript', shortCircuit: true };
      }
      return next(specifier, context);
    },
  });
}
