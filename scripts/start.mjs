/** `npm start`: makes the checkout ready, then serves the application and its API on http://localhost:4000 (PORT changes it). */
import { createServer } from 'node:net';
import { orSay, SetupError, setup, standFor } from './setup.mjs';

/** Told before anything is built: a port that is taken. What else may be wrong with it, the server says. */
async function checkPort() {
  const port = Number(process.env.PORT?.trim() || 4000);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return;
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
