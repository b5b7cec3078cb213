/** Entry of the page that the scripts drive: what they need, on `globalThis`. */
import { Judge } from '../judge.ts';
import { sceneIds } from '../scene.ts';
import { Stage } from '../stage.ts';
import { Film } from './film.ts';

Object.assign(globalThis, { light: { Film, Judge, Stage, sceneIds } });
