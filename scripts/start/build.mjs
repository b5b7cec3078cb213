/** `npm run build`: the web application in web/dist, the embeddable elements in web/dist/embed; what is fresh is not built again. NES_BASE is the path it is served below, as in NES_BASE=/repository/. */
import { orSay, setup } from './setup.mjs';

await orSay(() => setup({ web: true }));
