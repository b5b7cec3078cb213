/** `npm run build`: the web application in web/dist. NES_BASE is the path it is served below, as in NES_BASE=/repository/. */
import { build } from 'vite';

await build({ configFile: 'web/vite.config.ts' });
