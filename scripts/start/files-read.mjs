/** Preloaded by inputs.test.ts into what builds: names the files that its JavaScript reads in the file NES_INPUTS. Modules it loads are not among them: Node's coverage tells those. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const { appendFileSync, readdirSync, statSync } = fs;
const list = process.env.NES_INPUTS;

function tell(place) {
  if (typeof place !== 'string' && !(place instanceof URL)) return;
  const path = place instanceof URL || place.startsWith('file:') ? fileURLToPath(place) : place;
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) appendFileSync(list, `${resolve(path)}\n`);
  else if (found?.isDirectory()) for (const name of readdirSync(path)) tell(join(path, name));
}

for (const [of, names] of [
  [fs, ['readFileSync', 'readFile', 'createReadStream', 'copyFileSync', 'cpSync', 'openSync', 'open']],
  [fs.promises, ['readFile', 'copyFile', 'cp', 'open']],
]) {
  for (const name of names) {
    const real = of[name];
    of[name] = function reading(place, ...rest) {
      tell(place);
      return real.call(this, place, ...rest);
    };
  }
}
syncBuiltinESMExports();
