/** The step `make:web` of package.json: the web application in web/dist and the embeddable elements in web/dist/embed. NES_BASE is the path they are served below. */
import { build } from 'vite';
import { buildEmbed } from './embeds/build.ts';
import { writeApiGuide } from './embeds/pages.ts';

// Whatever the shell has: with another value libraries bring their development code, and Vite no service worker.
process.env.NODE_ENV = 'production';
await build({ configFile: 'web/vite.config.ts' });
await buildEmbed();
writeApiGuide('web/dist');
