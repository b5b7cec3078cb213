/** Vitest's global set-up of the projects on the embedded PostgreSQL and the bus in the process: one server for all of them. */
import type { TestProject } from 'vitest/node';
import { startTestServer } from './backend.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A `TestServer`, as JSON. */
    backend: string;
    /** What the project's tests run on, for the closing lines of a run. */
    exercised: string[];
  }
}

let started: ReturnType<typeof startTestServer> | undefined;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  started ??= startTestServer();
  const { server, close } = await started;
  project.provide('backend', JSON.stringify(server));
  project.provide('exercised', ['embedded PostgreSQL with the in-process bus']);
  return close;
}
