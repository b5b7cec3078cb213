/**
 * `npm run dev`: the API, restarted at each change, on http://localhost:4000 (PORT), and Vite's server with hot reload, which hands
 * /graphql on to it, on http://localhost:5173 (WEB_PORT). One Ctrl-C ends both.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { orSay, root, setup, whenNpmEnds } from './setup.mjs';

const { node, env } = await orSay(() => setup({ web: true, development: true }));
const port = process.env.PORT?.trim() || '4000';
const webPort = process.env.WEB_PORT?.trim() || '5173';
const origins = [env.ALLOWED_ORIGINS, `http://localhost:${webPort}`, `http://127.0.0.1:${webPort}`]
  .filter(Boolean)
  .join(',');
const preload = ['--import', new URL('./end-with-parent.mjs', import.meta.url).href];
const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');

const programs = [
  { args: [...preload, '--watch', '--watch-preserve-output', 'api/src/main.ts'], more: { ALLOWED_ORIGINS: origins } },
  {
    args: [
      ...preload,
      vite,
      '--config',
      'web/vite.config.ts',
      '--port',
      webPort,
      '--strictPort',
      '--clearScreen=false',
    ],
    more: { NES_API: `http://127.0.0.1:${port}` },
  },
];
const running = new Set();
let ending = false;
let exitCode = 0;

function end(signal) {
  ending = true;
  for (const child of running) child.kill(signal);
}

for (const { args, more } of programs) {
  const child = spawn(node, args, {
    cwd: root,
    env: { ...env, ...more },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  running.add(child);
  child.once('exit', (code) => {
    running.delete(child);
    // One without the other is of no use.
    if (!ending) {
      exitCode = code ?? 1;
      end('SIGTERM');
    }
    if (running.size === 0) process.exit(exitCode);
  });
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end('SIGTERM'));
whenNpmEnds(() => end('SIGTERM'));
