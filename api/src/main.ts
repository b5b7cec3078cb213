/**
 * The process. Compiled code is kept beside the packages (what the types were taken out of as well), so that a second start from source is a third
 * quicker; that must be on before anything else is loaded. The image starts from snapshot.ts.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { loadPackagesTogether } from './packages.ts';

const modules = join(import.meta.dirname, '../../node_modules');
enableCompileCache(join(modules, '.cache/node'));
if (import.meta.filename.endsWith('.ts')) loadPackagesTogether(modules);
const { start } = await import('./start.ts');
await start();
