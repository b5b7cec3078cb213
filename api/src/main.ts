/**
 * The process. Compiled code is kept beside the packages (what the types were taken out of as well), so that a second start is quicker; that must
 * be on before anything else is loaded. By relative addresses, so that a tree that was moved still finds it.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

enableCompileCache({ directory: join(import.meta.dirname, '../../node_modules/.cache/node'), portable: true });
const { start } = await import('./start.ts');
await start();
