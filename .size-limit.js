/** Budgets of what a visitor downloads, after gzip. The lists follow Vite's manifest, so that a new chunk is counted by itself. */
import { existsSync, readFileSync } from 'node:fs';

const dist = 'web/dist';
const file = `${dist}/.vite/manifest.json`;
if (!existsSync(file)) throw new Error(`${file} is missing: run npm run build first.`);
const manifest = JSON.parse(readFileSync(file, 'utf8'));

/** A chunk and what it imports before it can run. */
function withImports(keys, seen = new Set()) {
  for (const key of keys) {
    if (seen.has(key)) continue;
    seen.add(key);
    withImports(manifest[key]?.imports ?? [], seen);
  }
  return [...seen].map((key) => `${dist}/${manifest[key].file}`);
}

/** What a visitor downloads who opens the library, reads a protocol and plays it with light. */
const session = [
  'index.html',
  'src/app/library/library-page.ts',
  'src/app/protocol/protocol-page.ts',
  'src/app/safety/safety-dialog.ts',
  'src/app/player/player-page.ts',
  'src/visuals/stage.ts',
  'src/visuals/scenes/flower-of-life.ts',
  'src/data/apollo.ts',
];
const absent = session.filter((key) => !manifest[key]);
if (absent.length > 0)
  throw new Error(`.size-limit.js names files that the build does not have: ${absent.join(', ')}.`);

/** What comes beside a played session, which has its chunks already. */
const played = new Set(withImports(session));
const beside = (...keys) => withImports(keys.filter((key) => manifest[key])).filter((path) => !played.has(path));

const budgets = [
  { name: 'Shell', path: withImports(['index.html']), limit: '25 kB' },
  { name: 'Measurement by EEG, its page', path: beside('src/app/measure/measure-page.ts'), limit: '25 kB' },
  {
    name: 'EEG, readers and writers with the answer',
    path: beside('src/eeg/read/read.ts', 'src/eeg/write/edf.ts', 'src/eeg/write/bids.ts'),
    limit: '25 kB',
  },
  { name: 'Embeddable element, entry', path: [`${dist}/embed/latest/nes.js`], limit: '18 kB' },
  { name: 'Audio worklet', path: [`${dist}/assets/worklet-*.js`], limit: '6 kB' },
  { name: 'Apollo', path: [`${dist}/assets/apollo-*.js`], limit: '60 kB' },
  { name: 'three.js', path: [`${dist}/assets/three-*.js`], limit: '135 kB' },
  {
    name: 'A played session, everything',
    path: [...withImports(session), `${dist}/assets/worklet-*.js`],
    limit: '290 kB',
  },
];

export default budgets.filter(({ path }) => path.length > 0).map((budget) => ({ ...budget, gzip: true }));
