/** `npm run build`: the web application in web/dist and the embeddable elements in web/dist/embed. NES_BASE is the path it is served below, as in NES_BASE=/repository/. */
import { build } from 'vite';
import { buildEmbed } from './build-embed.ts';

// Whatever the shell has: with another value libraries bring their development code, and Vite no service worker.
process.env.NODE_ENV = 'production';
await build({ configFile: 'web/vite.config.ts' });
await buildEmbed();
