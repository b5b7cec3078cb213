/** `npm start`: makes the checkout ready, then serves the application and its API on http://localhost:4000 (PORT changes it). */
import { createServer } from 'node:net';
import { orSay, SetupError, setup, standFor } from './setup.mjs';

/** Told before anything is built: a port that is none, or that is taken. */
async function checkPort() {
  const given = process.env.PORT?.trim() || '4000';
  const port = Number(given);
  if (!/^\d+$/.test(given) || port > 65_535)
    throw new SetupError(`PORT is "${given}", but must be a port from 0 to 65535.`);
  if (port === 0) return;
  const probe = createServer();
  const error = await new Promise((done) => {
    probe.once('error', done);
    probe.listen({ port, host: process.env.HOST?.trim() || '127.0.0.1' }, () => probe.close(() => done(undefined)));
  });
  if (error?.code === 'EADDRINUSE') {
    throw new SetupError(
      `Port ${port} is taken by another program: stop that one, or choose another port, as in PORT=${port === 65_535 ? 4001 : port + 1} npm start.`,
    );
  }
}

const { node, env } = await orSay(async () => {
  await checkPort();
  return setup({ web: true, server: true });
});
standFor(node, ['api/dist/main.js'], env);
