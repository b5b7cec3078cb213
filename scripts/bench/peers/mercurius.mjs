/** Fastify with Mercurius (JIT on) and hand-written statements in its resolvers. */
import Fastify from 'fastify';
import mercurius from 'mercurius';
import pg from 'pg';
import { LIST, SESSION } from './statements.mjs';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const app = Fastify();

app.get('/health/ready', async () => ({ status: 'ready' }));

await app.register(mercurius, {
  jit: 1,
  schema: `
    type Author { id: ID! displayName: String! }
    type Protocol {
      id: ID! slug: String! title: String! summary: String! category: String! durationSeconds: Float!
      ratingCount: Int! ratingAverage: Float author: Author
    }
    type SessionEvent { kind: String! sequence: Int! occurredAt: String! positionSeconds: Float! }
    type Session {
      id: ID! state: String! version: Int! startedAt: String! endedAt: String playedSeconds: Float! events: [SessionEvent!]!
    }
    type Query { protocols(first: Int!): [Protocol!]! session(id: ID!, person: ID!): Session }
  `,
  resolvers: {
    Query: {
      protocols: async (_root, { first }) => (await pool.query({ name: 'list', text: LIST, values: [first] })).rows,
      session: async (_root, { id, person }) =>
        (await pool.query({ name: 'session', text: SESSION, values: [id, person] })).rows[0]?.session ?? null,
    },
    Protocol: {
      ratingAverage: (row) => (row.ratingCount > 0 ? row.ratingAverage : null),
      author: (row) => (row.authorId === null ? null : { id: row.authorId, displayName: row.authorName }),
    },
  },
});

await app.listen({ port: Number(process.env.PORT), host: process.env.HOST });
