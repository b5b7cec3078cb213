/**
 * Prints the state of a session as it changes: `node client/examples/follow.ts [SESSION]`.
 *
 * NES is the server (default http://localhost:4000), NES_TOKEN a personal access token with the scopes READ and SESSIONS. Without a token it is a guest;
 * without SESSION it starts one of the most played protocol, pauses it and stops it.
 */
import { accepted, createClient } from '../client.ts';
import {
  PauseSessionDocument,
  ProtocolDocument,
  ProtocolsDocument,
  StartGuestDocument,
  StartSessionDocument,
  StopSessionDocument,
} from '../generated/graphql.ts';
import { globalId, newUuid } from '../ids.ts';
import { followSession } from '../live.ts';
import { signInWith } from '../sign-in.ts';

const url = `${process.env.NES ?? 'http://localhost:4000'}/graphql`;
const deviceId = newUuid();
const timeZone = 'UTC';
const given = process.env.NES_TOKEN;
const guest = given
  ? null
  : await signInWith(url, async (nobody, headers) => {
      const input = { deviceId, deviceName: 'Example', timeZone };
      return (await nobody.ask(StartGuestDocument, { input }, headers)).startGuest;
    });
const client = createClient({ url, token: () => given ?? guest?.token() ?? null });

let [, , session] = process.argv;
if (!session) {
  const { protocols } = await client.ask(ProtocolsDocument, { first: 1 });
  const { protocol } = await client.ask(ProtocolDocument, { slug: protocols.nodes[0]?.slug ?? '' });
  const uuid = newUuid();
  session = globalId('Session', uuid);
  const occurredAt = new Date().toISOString();
  const revision = protocol?.revision.id ?? '';
  const input = { id: uuid, eventId: newUuid(), revision, occurredAt, timeZone, deviceId };
  accepted((await client.ask(StartSessionDocument, { input })).startSession);
}

for await (const { session: now, events } of followSession(client, session)) {
  for (const { sequence, kind } of events) console.log(`  ${sequence}. ${kind}`);
  console.log(`${now.protocol?.title}: ${now.state} at ${now.positionSeconds.toFixed(1)} s`);
  if (process.argv[2]) continue;
  const input = () => ({
    ...{ session: now.id, eventId: newUuid(), expectedVersion: now.version },
    ...{ occurredAt: new Date().toISOString(), deviceId },
  });
  if (now.state === 'ACTIVE') accepted((await client.ask(PauseSessionDocument, { input: input() })).pauseSession);
  if (now.state === 'PAUSED') accepted((await client.ask(StopSessionDocument, { input: input() })).stopSession);
}
await client.close();
