import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { newId } from '../platform/ids.ts';
import { PASSWORD, type TestPerson, type TestServer, useServer } from '../testing/server.ts';
import { discoveryOf, type Homes, keepHomes, topicsOf } from './bridge.ts';

/** A broker that can be taken away and brought back at its port. What it retains goes with it. */
async function openBroker(port = 0, who?: { name: string; password: string }) {
  const aedes = await Aedes.createBroker();
  if (who)
    aedes.authenticate = (_client, name, password, done) =>
      done(null, name === who.name && password?.toString() === who.password);
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
  const at = (server.address() as { port: number }).port;
  return {
    port: at,
    url: `mqtt://127.0.0.1:${at}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
      await new Promise<void>((done) => aedes.close(() => done()));
    },
  };
}

/** What a home hears: the last of each topic, emptied ones gone, as a broker keeps them. */
async function listenAt(url: string) {
  const client: MqttClient = await connectAsync(url);
  const topics = new Map<string, string>();
  client.on('message', (topic, payload) => {
    if (payload.length === 0) topics.delete(topic);
    else topics.set(topic, payload.toString());
  });
  await client.subscribeAsync('#');
  return { client, topics };
}

async function until<Found>(what: string, look: () => Found | Promise<Found>, seconds = 20): Promise<Found> {
  for (const end = Date.now() + seconds * 1000; ; ) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`Waited in vain until ${what}.`);
    await new Promise((next) => setTimeout(next, 30));
  }
}

let broker: Awaited<ReturnType<typeof openBroker>>;
let api: TestServer;
let homes: Homes;
let home: Awaited<ReturnType<typeof listenAt>>;
let topics: ReturnType<typeof topicsOf>;
beforeAll(async () => {
  broker = await openBroker();
  api = await useServer({ environment: { MQTT_URL: broker.url } });
  homes = keepHomes(api.server.services, broker.url);
  home = await listenAt(broker.url);
  topics = topicsOf(api.config.publicUrl);
});
afterAll(async () => {
  await home.client.endAsync(true);
  await homes.close();
  await api.close();
  await broker.close();
});

const run = async (name: string, input: object, person: TestPerson | string, on = api) => {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const { data, errors } = await on.ask(
    `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code } } }`,
    { input },
    typeof person === 'string' ? person : person.accessToken,
  );
  return (data?.[name]?.userErrors[0]?.code ?? errors?.[0]?.extensions?.code ?? 'done') as string;
};
const link = (person: TestPerson, input: object = {}, on = api) =>
  run('linkHome', { name: 'Bedroom', password: PASSWORD, ...input }, person, on);
const idOf = async ({ userId }: TestPerson) =>
  (await api.backend.database.prisma.homeLink.findUniqueOrThrow({ where: { userId } })).id;
const stateOf = (id: string) =>
  JSON.parse(home.topics.get(topics.state(id)) ?? '{}') as { state?: string; title?: string };

/** A session of a person, act by act, as a player tells it. */
async function play(person: TestPerson) {
  const { data } = await api.ask('{ protocols(first: 1) { nodes { title revision { id } } } }');
  const [protocol] = data.protocols.nodes;
  const id = newId();
  const common = () => ({
    ...{ eventId: newId(), occurredAt: api.clock.now().toISOString(), deviceId: person.deviceId },
  });
  const start = { ...common(), id, revision: protocol.revision.id, timeZone: 'UTC' };
  assert.equal(await run('startSession', start, person), 'done');
  const row = () => api.backend.database.prisma.session.findUniqueOrThrow({ where: { id }, include: { events: true } });
  return { id, title: protocol.title as string, row };
}

/** A person whose home is told of. */
async function linked() {
  const person = await api.account();
  assert.equal(await link(person), 'done');
  const id = await idOf(person);
  await until('it is told', () => home.topics.has(topics.discovery(id)) && stateOf(id).state);
  return { person, id };
}

describe('what a home is told', () => {
  it('is in the form that Home Assistant documents for devices', async () => {
    const { id } = await linked();
    const told = JSON.parse(home.topics.get(topics.discovery(id)) ?? '');
    assert.match(topics.discovery(id), /^homeassistant\/device\/[\w-]+\/config$/);
    // home-assistant.io/integrations/mqtt: device discovery, sensor.mqtt and button.mqtt; required ones with an exclamation mark.
    const fields = {
      root: 'device! origin! components! qos availability availability_mode state_topic command_topic encoding',
      device:
        'identifiers! name manufacturer model model_id hw_version sw_version serial_number connections via_device suggested_area configuration_url',
      origin: 'name! sw_version support_url',
      sensor:
        'platform! unique_id! state_topic! name icon value_template availability availability_mode device_class options state_class unit_of_measurement expire_after force_update qos',
      button:
        'platform! unique_id! command_topic! name icon payload_press availability availability_mode command_template device_class retain qos',
    };
    const fits = (value: object, kind: keyof typeof fields) => {
      const names = fields[kind].split(' ');
      for (const name of Object.keys(value))
        assert.ok(
          names.some((one) => one.replace('!', '') === name),
          `${kind} has no ${name}`,
        );
      for (const name of names) if (name.endsWith('!')) assert.ok(name.slice(0, -1) in value, `${kind} needs ${name}`);
    };
    fits(told, 'root');
    fits(told.device, 'device');
    fits(told.origin, 'origin');
    const names = new Set<string>();
    for (const component of Object.values(told.components) as { platform: 'sensor' | 'button'; unique_id: string }[]) {
      assert.ok(['sensor', 'button'].includes(component.platform));
      fits(component, component.platform);
      names.add(component.unique_id);
      for (const one of (component as unknown as { availability: object[] }).availability)
        assert.ok(Object.keys(one).every((name) => ['topic', 'value_template'].includes(name)));
    }
    assert.deepEqual(Object.keys(told.components), ['state', 'title', 'play', 'pause', 'stop']);
    assert.equal(names.size, 5);
    assert.equal(home.topics.get(topics.status), 'online');
  });

  it('is nothing of anybody who did not ask for it, and of who did neither address nor account', async () => {
    const silent = await api.account();
    await play(silent);
    const { person, id } = await linked();
    const { title } = await play(person);
    await until('it plays', () => stateOf(id).state === 'playing');
    assert.equal(stateOf(id).title, title);
    const all = [...home.topics].flat().join('\n');
    for (const { email, userId } of [silent, person])
      for (const secret of [email as string, userId, email?.split('@')[0] as string]) assert.ok(!all.includes(secret));
    const { prisma } = api.backend.database;
    assert.equal(
      [...home.topics.keys()].filter((topic) => topic.startsWith('homeassistant/')).length,
      await prisma.homeLink.count(),
    );
  });

  it('follows what plays, and is emptied when it is taken back', async () => {
    const { person, id } = await linked();
    assert.deepEqual(stateOf(id), { state: 'idle', title: '' });
    const { id: session, row } = await play(person);
    await until('it plays', () => stateOf(id).state === 'playing');
    const act = async (name: string) =>
      run(
        name,
        {
          session: btoa(`Session:${session}`),
          expectedVersion: (await row()).version,
          ...{ eventId: newId(), occurredAt: api.clock.now().toISOString(), deviceId: person.deviceId },
        },
        person,
      );
    await act('pauseSession');
    await until('it is paused', () => stateOf(id).state === 'paused');
    await act('stopSession');
    await until('nothing plays', () => stateOf(id).state === 'idle');
    assert.equal(await run('unlinkHome', { confirm: false }, person), 'done');
    assert.ok(home.topics.has(topics.discovery(id)));
    assert.equal(await run('unlinkHome', { confirm: true }, person), 'done');
    await until('it is forgotten', () => !home.topics.has(topics.discovery(id)) && !home.topics.has(topics.state(id)));
    await play(person);
    await homes.settled();
    assert.equal(stateOf(id).state, undefined, 'and nothing is told any more');
    const later = await listenAt(broker.url);
    await until('what is retained came', () => later.topics.has(topics.status));
    assert.ok(![...later.topics.keys()].some((topic) => topic.includes(id)), 'nor kept by the broker');
    await later.client.endAsync();
  });

  it('is emptied also where the database was slow to say what plays', async () => {
    const { primary } = api.server.services;
    let open = () => {};
    const gate = new Promise<void>((done) => {
      open = done;
    });
    let asked = 0;
    const session = new Proxy(primary.database.session, {
      get: (table, name) =>
        name !== 'findFirst'
          ? Reflect.get(table, name)
          : async (query: never) => {
              asked++;
              await gate;
              return table.findFirst(query);
            },
    });
    const database = new Proxy(primary.database, {
      get: (client, name) => (name === 'session' ? session : Reflect.get(client, name)),
    });
    await homes.close();
    const slow = keepHomes({ ...api.server.services, primary: { ...primary, database } }, broker.url);
    const person = await api.account();
    await link(person);
    const id = await idOf(person);
    await until('it asks what plays', () => asked > 0 && home.topics.has(topics.discovery(id)));
    await run('unlinkHome', { confirm: true }, person);
    await until('the device is emptied', () => !home.topics.has(topics.discovery(id)));
    open();
    await slow.settled();
    await new Promise((next) => setTimeout(next, 200));
    assert.ok(!home.topics.has(topics.state(id)));
    await slow.close();
    homes = keepHomes(api.server.services, broker.url);
  });

  it('goes with all that signs everything out, and with the account', async () => {
    for (const end of ['signOutEverywhere', 'deleteAccount'] as const) {
      const { person, id } = await linked();
      const input = end === 'deleteAccount' ? { password: PASSWORD } : { keepThisDevice: true };
      assert.equal(await run(end, input, person), 'done');
      await until(`${end} takes it back`, () => !home.topics.has(topics.discovery(id)));
    }
  });
});

describe('what a home asks', () => {
  const press = (id: string, text: string, retain = false) =>
    home.client.publishAsync(topics.command(id), text, { qos: 1, retain });

  it('pauses, goes on and stops the live session, by the same log as every other device', async () => {
    const { person, id } = await linked();
    const { row } = await play(person);
    for (const [text, kind, state] of [
      ['pause', 'PAUSED', 'PAUSED'],
      ['play', 'RESUMED', 'ACTIVE'],
      ['stop', 'STOPPED', 'STOPPED'],
    ] as const) {
      await press(id, text);
      await until(text, async () => (await row()).state === state);
      assert.equal((await row()).events.at(-1)?.kind, kind);
    }
    await press(id, 'play');
    await homes.settled();
    assert.equal((await row()).events.length, 4, 'what is over stays over');
  });

  it('counts once where two instances hear it', async () => {
    const { person, id } = await linked();
    const { row } = await play(person);
    const beside = await useServer({ beside: api, environment: { MQTT_URL: broker.url } });
    const second = keepHomes(beside.server.services, broker.url);
    await until('the second listens', async () => {
      await second.settled();
      return (beside.lines.length >= 0 && home.topics.get(topics.status)) === 'online';
    });
    await new Promise((next) => setTimeout(next, 500));
    await press(id, 'pause');
    await until('paused', async () => (await row()).state === 'PAUSED');
    await new Promise((next) => setTimeout(next, 300));
    await Promise.all([homes.settled(), second.settled()]);
    assert.equal((await row()).events.filter(({ kind }) => kind === 'PAUSED').length, 1);
    await second.close();
    await until('the first says that it is there', () => home.topics.get(topics.status) === 'online');
    await beside.close();
  });

  it('of another’s session, by an unknown id, in other words, retained, or after it was taken back does nothing', async () => {
    const { person, id } = await linked();
    const other = await linked();
    const mine = await play(person);
    const theirs = await play(other.person);
    await press(id, 'stop');
    await until('only its own', async () => (await mine.row()).state === 'STOPPED');
    assert.equal((await theirs.row()).state, 'ACTIVE');

    await press(other.person.userId, 'stop');
    await press(newId(), 'stop');
    await press(other.id, 'delete everything');
    await press(other.id, '{"command":"stop"}');
    await press(other.id, 'toString');
    await press(other.id, 'stop'.repeat(10_000));
    await home.client.publishAsync(`nes/00000000/${other.id}/set`, 'stop', { qos: 1 });
    await new Promise((next) => setTimeout(next, 400));
    await homes.settled();
    assert.equal((await theirs.row()).events.length, 1);

    await run('unlinkHome', { confirm: true }, other.person);
    await press(other.id, 'stop');
    await new Promise((next) => setTimeout(next, 400));
    await homes.settled();
    assert.equal((await theirs.row()).events.length, 1, 'taken back');
  });

  it('that the broker kept from another time is not done', async () => {
    const { person, id } = await linked();
    const { row } = await play(person);
    // Retained by somebody while nobody of us was there: it comes with the subscription.
    await homes.close();
    await press(id, 'stop', true);
    homes = keepHomes(api.server.services, broker.url);
    await until('it is online again', () => home.topics.get(topics.status) === 'online');
    await new Promise((next) => setTimeout(next, 400));
    await homes.settled();
    assert.equal((await row()).state, 'ACTIVE');
    await press(id, '', true);
  });

  it('too often is not heard', async () => {
    const strict = await useServer({ beside: api, environment: { MQTT_URL: broker.url, RATE_LIMIT_FACTOR: '1' } });
    await homes.close();
    const refused: string[] = [];
    homes = keepHomes({ ...strict.server.services, refused: (rule) => refused.push(rule) }, broker.url);
    const { person, id } = await linked();
    const { row } = await play(person);
    for (let n = 0; n < 60; n++) await press(id, n % 2 ? 'play' : 'pause');
    await new Promise((next) => setTimeout(next, 500));
    await homes.settled();
    assert.ok((await row()).events.length > 1);
    const limited = refused.filter((rule) => rule === 'rate_homeCommand').length;
    assert.ok(limited >= 20 && limited <= 40, `${limited} of 60`);
    await homes.close();
    homes = keepHomes(api.server.services, broker.url);
    await strict.close();
  });
});

describe('who may ask for it', () => {
  it('an account with its password, where there is a broker', async () => {
    const person = await api.account();
    const guest = await api.guest();
    assert.equal(await link(person, { password: 'wrong horse 42' }), 'WRONG_CREDENTIALS');
    assert.equal(await link(guest), 'FORBIDDEN');
    assert.equal(await link(person, { name: '\u202eroom' }), 'INVALID');
    assert.equal(await api.backend.database.prisma.homeLink.count({ where: { userId: person.userId } }), 0);
    const without = await useServer({ beside: api });
    assert.equal(await link(person, {}, without), 'NOT_ALLOWED');
    const asked = await without.ask('{ operator { reachesHomes } }');
    assert.deepEqual(asked.data, { operator: { reachesHomes: false } });
    assert.deepEqual((await api.ask('{ operator { reachesHomes } }')).data, { operator: { reachesHomes: true } });
    await without.close();
  });

  it('asked for again, the topics are new', async () => {
    const { person, id } = await linked();
    assert.equal(await link(person, { name: 'Attic' }), 'done');
    const next = await idOf(person);
    assert.notEqual(next, id);
    await until('the old one is emptied', () => !home.topics.has(topics.discovery(id)));
    await until('the new one is told', () => home.topics.get(topics.discovery(next))?.includes('Attic'));
  });
});

describe('a broker that is away', () => {
  it('ends nothing, holds nobody up, and is told all when it is back; what was taken back meanwhile goes', async () => {
    const first = await openBroker();
    const own = keepHomes(api.server.services, first.url);
    const stays = await linked();
    const goes = await linked();
    await until('it is told', async () => {
      const { client, topics: heard } = await listenAt(first.url);
      await until('what is retained came', () => heard.size > 0, 5);
      await new Promise((next) => setTimeout(next, 100));
      await client.endAsync();
      return heard.has(topics.discovery(goes.id));
    });
    await first.close();
    const before = performance.now();
    assert.equal(await run('unlinkHome', { confirm: true }, goes.person), 'done');
    await play(stays.person);
    assert.ok(performance.now() - before < 5_000);

    const second = await openBroker(first.port);
    // As a broker with a disk would still have it.
    const { client, topics: heard } = await listenAt(second.url);
    const stale = JSON.stringify(discoveryOf({ id: goes.id, name: 'Old' }, api.config.publicUrl));
    await client.publishAsync(topics.discovery(goes.id), stale, { qos: 1, retain: true });
    await client.publishAsync('homeassistant/device/somebody_else/config', '{}', { qos: 1, retain: true });
    await until('all is told anew', () => heard.get(topics.state(stays.id))?.includes('playing'));
    await until('what is no more is emptied', () => !heard.has(topics.discovery(goes.id)));
    assert.ok(heard.has('homeassistant/device/somebody_else/config'), 'and nothing of others');
    await own.close();
    await until('it says that it is gone', () => heard.get(topics.status) === 'offline');
    await client.endAsync();
    await second.close();
  });

  it('takes name and password from the address', async () => {
    const guarded = await openBroker(0, { name: 'na me', password: 'p@ss/word' });
    const at = `127.0.0.1:${guarded.port}`;
    const wrong = keepHomes(api.server.services, `mqtt://na%20me:other@${at}`);
    const right = keepHomes(api.server.services, `mqtt://na%20me:p%40ss%2Fword@${at}`);
    const { client, topics: heard } = await listenAt(`mqtt://na%20me:p%40ss%2Fword@${at}`);
    await until('it is let in', () => heard.get(topics.status) === 'online');
    for (const one of [right, wrong]) await one.close();
    await until('that was the right one', () => heard.get(topics.status) === 'offline');
    await client.endAsync();
    await guarded.close();
  });

  it('from the start on: the process goes on, and says so once', async () => {
    const lines = api.lines.length;
    const own = keepHomes(api.server.services, 'mqtt://127.0.0.1:9');
    await until('the log says so', () =>
      api.lines.slice(lines).some((line) => line.includes('The MQTT broker is away.')),
    );
    const person = await api.account();
    assert.equal(await link(person), 'done');
    const began = performance.now();
    await own.close();
    assert.ok(performance.now() - began < 3_000);
  });
});
