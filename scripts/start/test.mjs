/** `npm test`: makes the checkout ready, then runs every test (scripts/run-tests.ts). Words after `--` choose files by their path. */
import { orSay, setup, standFor } from './setup.mjs';

const { node, env } = await orSay(() => setup({ web: true, development: true, quiet: true }));
standFor(node, ['scripts/run-tests.ts', ...process.argv.slice(2)], { ...env, NODE_ENV: 'test' });
