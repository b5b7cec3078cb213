/** `node scripts/run.mjs FILE.ts ARGS…`: makes the checkout ready, then runs FILE. Standard output is FILE's alone. */
import { orSay, setup, standFor } from './setup.mjs';

const [file, ...args] = process.argv.slice(2);
if (!file) {
  process.stderr.write('Usage: node scripts/run.mjs FILE.ts ARGS…\n');
  process.exit(64);
}
const { node, env } = await orSay(() => setup({ quiet: true }));
standFor(node, [file, ...args], env);
