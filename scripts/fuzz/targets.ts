import { useServer } from '../../api/src/testing/server.ts';
import { environment } from './environment.ts';
import type { Target } from './fuzz.ts';
import { importers } from './importers.ts';
import { shareLinks } from './share-links.ts';
import { socketFrames } from './socket-frames.ts';
import { variables } from './variables.ts';

export interface OpenTarget {
  target: Target;
  close(): Promise<void>;
}

const pure = (target: Target) => async (): Promise<OpenTarget> => ({ target, close: async () => {} });

async function withServer(
  make: (api: Awaited<ReturnType<typeof useServer>>) => Target | Promise<Target>,
): Promise<OpenTarget> {
  const api = await useServer({ environment: { NES_LIBRARY: 'on' } });
  return { target: await make(api), close: () => api.close() };
}

/** Everything that `npm run fuzz` takes. */
export const targets = {
  importers: pure(importers),
  'share-links': pure(shareLinks),
  environment: pure(environment),
  variables: () => withServer(variables),
  'socket-frames': () => withServer(socketFrames),
} satisfies Record<string, () => Promise<OpenTarget>>;

export type TargetName = keyof typeof targets;
export const targetNames = Object.keys(targets) as TargetName[];
