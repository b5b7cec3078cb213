/**
 * The process. Compiled code is kept beside the packages (what the types were taken out of as well), so that a second start from source
 * is a third quicker; it must be on before anything else is loaded. `NODE_COMPILE_CACHE` names another folder, as in the image.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/node'));
const { start } = await import('./start.ts');
await start();
