/**
 * `node scripts/start/run.mjs [--development] FILE.ts ARGS…`: makes the checkout ready, with development's tools where FILE uses them, then runs
 * FILE. Standard output is FILE's alone.
 */
import { orSay, setup, standFor } from './setup.mjs';

const development = process.argv[2] === '--development';
const [file, ...args] = process.argv.slice(development ? 3 : 2);
if (!file) {
  process.stderr.write('Usage: node scripts/start/run.mjs [--development] FILE.ts ARGS…\n');
  process.exit(64);
}
const { node, env } = await orSay(() => setup({ development, quiet: true }));
standFor(node, [file, ...args], env);
