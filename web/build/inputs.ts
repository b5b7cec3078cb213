import { appendFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/** Names the modules of a bundle in the file NES_INPUTS, where that is set: scripts/start/inputs.test.ts compares them with package.json. */
export function inputs(): Plugin | undefined {
  const list = process.env.NES_INPUTS;
  if (!list) return undefined;
  return {
    name: 'nes-inputs',
    buildEnd() {
      appendFileSync(list, [...this.getModuleIds()].map((id) => `${id}\n`).join(''));
    },
  };
}
