import { createServer } from 'node:net';

/** Ports that nothing listens on, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((listening, failed) => {
          const server = createServer().once('error', failed);
          server.listen(0, '127.0.0.1', () => listening(server));
        }),
    ),
  );
  return Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((done) => {
          const address = server.address();
          server.close(() => done(typeof address === 'object' && address ? address.port : 0));
        }),
    ),
  );
}
