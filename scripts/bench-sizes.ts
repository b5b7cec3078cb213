/** Two databases with the same kinds of rows, one with more of them, each behind a server of its own that keeps nothing in memory. */
import type { Backend } from '../api/src/testing/backend.ts';
import type { Figure } from './bench.ts';
import { bundleTree, makeDatabase, median, type Served, serve } from './served.ts';

const ROUNDS = 5;

/** Somebody who asks, and with what. */
export interface Asking {
  token: string;
  variables: object;
}

export interface Sizes {
  /** Queries by what they are called in the figures. */
  questions: Record<string, string>;
  /** Fills a database with so many people, and gives those who ask. */
  people(backend: Backend, users: number): Promise<Asking[]>;
  /** Variables that only the server knows, for everybody who asks. */
  found?(url: string, asking: Asking): Promise<object>;
}

/** @throws {Error} with the answer's errors, where it has some */
export async function askServer<Data>(url: string, token: string, query: string, variables: object): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: object[] };
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** One question at a time; the two databases take turns. Of each: the median of both, and how much more the larger one takes. */
export async function compareSizes(
  small: number,
  large: number,
  { questions, people, found }: Sizes,
): Promise<Figure[]> {
  const tree = await bundleTree();
  const sides: { backend: Backend; server: Served; asking: Asking[] }[] = [];
  try {
    for (const users of [small, large]) {
      const backend = await makeDatabase();
      const asking = await people(backend, users);
      const server = await serve(tree.args, {
        ...tree.environment,
        DATABASE_URL: backend.database.url,
        PUBLIC_CACHE: 'off',
        RATE_LIMIT_FACTOR: '1000',
        LOG_LEVEL: 'error',
      });
      sides.push({ backend, server, asking });
      const more = await found?.(server.url, asking[0] as Asking);
      for (const one of asking) one.variables = { ...one.variables, ...more };
    }
    const figures: Figure[] = [];
    const count = sides[0]?.asking.length ?? 0;
    for (const [name, query] of Object.entries(questions)) {
      const times = sides.map(() => [] as number[]);
      for (let round = -1; round < ROUNDS; round++) {
        for (let n = 0; n < count; n++) {
          for (const [index, { server, asking }] of sides.entries()) {
            const { token, variables } = asking[n] as Asking;
            const begin = performance.now();
            await askServer(server.url, token, query, variables);
            if (round >= 0) times[index]?.push(performance.now() - begin);
          }
        }
      }
      const [few = Number.NaN, many = Number.NaN] = times.map(median);
      figures.push({ name: `${name}, ${small} people`, value: few, unit: 'ms' });
      figures.push({ name: `${name}, ${large} people`, value: many, unit: 'ms' });
      figures.push({ name: `${name}: ${large} people ÷ ${small}`, value: many / few, unit: '×', limit: 1.3 });
    }
    return figures;
  } finally {
    for (const { server, backend } of sides) {
      await server.stop();
      await backend.close();
    }
    tree.remove();
  }
}
