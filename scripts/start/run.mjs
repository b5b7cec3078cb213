/**
 * `node scripts/start/run.mjs [--development] [--OPTION=VALUE…] FILE.ts ARGS…`: makes the checkout ready, with development's tools where FILE uses
 * them, then runs FILE with these options of Node. Standard output is FILE's alone.
 */
import { orSay, setup, standFor } from './setup.mjs';

const development = process.argv[2] === '--development';
const words = process.argv.slice(development ? 3 : 2);
const options = words.splice(
  0,
  words.findIndex((word) => !word.startsWith('--')),
);
const [file, ...args] = words;
if (!file || file.startsWith('--')) {
  process.stderr.write('Usage: node scripts/start/run.mjs [--development] [--OPTION=VALUE…] FILE.ts ARGS…\n');
  process.exit(64);
}
const { node, env } = await orSay(() => setup({ development, quiet: true }));
standFor(node, [...options, file, ...args], env);
