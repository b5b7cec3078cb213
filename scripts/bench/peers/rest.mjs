/** The plain way: Fastify and pg, one handler and one statement for each thing, JSON with a schema. */
import { createHash, randomUUID } from 'node:crypto';
import argon2 from 'argon2';
import Fastify from 'fastify';
import { jwtVerify, SignJWT } from 'jose';
import pg from 'pg';
import { LIST, SESSION } from './statements.mjs';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const secret = new TextEncoder().encode(process.env.NES_SECRET);
const app = Fastify();

app.get('/health/ready', async () => ({ status: 'ready' }));

const text = { type: 'string' };
const number = { type: 'number' };
app.get(
  '/protocols',
  {
    schema: {
      response: {
        200: {
          type: 'object',
          properties: {
            protocols: {
              type: 'array',
              items: {
                type: 'object',
                properties: {
                  ...{ id: text, slug: text, title: text, summary: text, category: text, durationSeconds: number },
                  ...{ ratingCount: number, ratingAverage: { type: ['number', 'null'] } },
                  author: { type: ['object', 'null'], properties: { id: text, displayName: text } },
                },
              },
            },
          },
        },
      },
    },
  },
  async () => {
    const { rows } = await pool.query({ name: 'list', text: LIST, values: [20] });
    return {
      protocols: rows.map(({ authorId, authorName, ...row }) => ({
        ...row,
        ratingAverage: row.ratingCount > 0 ? row.ratingAverage : null,
        author: authorId === null ? null : { id: authorId, displayName: authorName },
      })),
    };
  },
);

async function personOf(request) {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const { payload } = await jwtVerify(token ?? '', secret, { algorithms: ['HS256'] });
  return payload.sub;
}

app.get('/sessions/:id', async (request) => {
  const person = await personOf(request);
  const { rows } = await pool.query({ name: 'session', text: SESSION, values: [request.params.id, person] });
  return { session: rows[0]?.session ?? null };
});

app.post('/sessions', async (request) => {
  const person = await personOf(request);
  const { id, eventId, revision, occurredAt, timeZone, deviceId, durationSeconds } = request.body;
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query({
      name: 'playable',
      text: `SELECT r.protocol_id FROM revisions r JOIN protocols p ON p.id = r.protocol_id
        WHERE r.id = $1 AND ((p.visibility <> 'DRAFT' AND p.hidden_at IS NULL) OR p.owner_id = $2)`,
      values: [revision, person],
    });
    const expires = new Date(Date.parse(occurredAt) + durationSeconds * 1000);
    await client.query({
      name: 'session-in',
      text: `INSERT INTO sessions (id, user_id, protocol_id, revision_id, state, version, time_zone, started_at, position_seconds,
          position_at, player_device_id, expires_at)
        VALUES ($1, $2, $3, $4, 'ACTIVE', 1, $5, $6, 0, $6, $7, $8)`,
      values: [id, person, rows[0].protocol_id, revision, timeZone, occurredAt, deviceId, expires],
    });
    await client.query({
      name: 'event-in',
      text: `INSERT INTO session_events (id, session_id, sequence, kind, occurred_at, position_seconds, device_id)
        VALUES ($1, $2, 1, 'STARTED', $3, 0, $4)`,
      values: [eventId, id, occurredAt, deviceId],
    });
    await client.query({
      name: 'day-in',
      text: `INSERT INTO daily_metrics (user_id, day, sessions) VALUES ($1, $2::date, 1)
        ON CONFLICT (user_id, day) DO UPDATE SET sessions = daily_metrics.sessions + 1`,
      values: [person, occurredAt.slice(0, 10)],
    });
    await client.query('COMMIT');
    return { session: { id, state: 'ACTIVE', version: 1 } };
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
});

app.post('/sign-in', async (request, reply) => {
  const { email, password } = request.body;
  const { rows } = await pool.query('SELECT id, password_hash FROM users WHERE email_key = $1', [email]);
  if (!rows[0] || !(await argon2.verify(rows[0].password_hash, password))) return reply.code(401).send({});
  const session = randomUUID();
  await pool.query(
    `INSERT INTO refresh_sessions (id, user_id, token_hash, expires_at) VALUES ($1, $2, $3, now() + interval '30 days')`,
    [session, rows[0].id, createHash('sha256').update(session).digest()],
  );
  const accessToken = await new SignJWT({ sid: session })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(rows[0].id)
    .setExpirationTime('15m')
    .sign(secret);
  return { accessToken };
});

await app.listen({ port: Number(process.env.PORT), host: process.env.HOST });
