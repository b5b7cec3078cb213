/** Entry of the page that the scripts drive: what they need, on `globalThis`. */
import { Judge } from '../judge.ts';
import { sceneIds } from '../scene.ts';
import { Film } from './film.ts';

const tools = { Film, Judge, sceneIds };

declare global {
  var light: typeof tools;
  /** The film that a script has begun. */
  var film: Film;
}

globalThis.light = tools;
