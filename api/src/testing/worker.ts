/** Vitest's set-up in each process that runs a file: hands it the server of its project, and nothing that happens to be set. */
import { inject } from 'vitest';

for (const name of ['DATABASE_URL', 'DIRECT_URL', 'REDIS_URL', 'PORT', 'HOST', 'NES_DATA_DIR'])
  delete process.env[name];
const backend = inject('backend');
// The VARIABLE of backend.ts, which brings Prisma and PostgreSQL's client: not every test needs them.
if (backend) process.env.NES_TEST_BACKEND = backend;
