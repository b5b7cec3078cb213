import { createHash, randomUUID } from 'node:crypto';
import { connect, type IClientOptions } from 'mqtt';
import { tryLater } from '../accounts/limits.ts';
import { homeChannel, userChannel } from '../platform/bus-keys.ts';
import { newId } from '../platform/ids.ts';
import type { HomeLink, Session } from '../platform/prisma/client.ts';
import { can } from '../schema/can.ts';
import type { Services } from '../schema/context.ts';
import { UserErrors } from '../schema/errors.ts';
import type { Viewer } from '../schema/viewer.ts';
import { actOnSession } from '../sessions/act.ts';
import { announce } from '../sessions/session-inputs.ts';

/*
 * Home Assistant by MQTT (its "MQTT discovery", device form): one device a person who asked for it, with what plays and three buttons. Topics carry the
 * random id of the link and nothing else of the person. Every instance runs one: what they tell is the same, and what is told to them is done once,
 * because an act is for one version of a session.
 */

/** Where Home Assistant looks for devices, by default. */
const DISCOVERY = 'homeassistant/device';
const RECONNECT_MS = 5_000;
/** The broker that is away is told of at most that often. */
const TOLD_EVERY_MS = 60_000;
/** What the end waits for, so that "offline" arrives. */
const CLOSE_MS = 1_000;

/** What the buttons say, and what that is to a session. */
const commands = { play: 'RESUMED', pause: 'PAUSED', stop: 'STOPPED' } as const;
type Command = keyof typeof commands;

/** Acts that come from a home carry this device: no player is called so. */
const HOME_DEVICE = '00000000-0000-8000-8000-000000000001';

export interface Homes {
  /** Resolves when all that was begun has been handed to the broker, or given up. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Names of a server's topics; two servers may share a broker. */
export function topicsOf(publicUrl: string) {
  const server = createHash('sha256').update(publicUrl).digest('hex').slice(0, 8);
  return {
    status: `nes/${server}/status`,
    commands: `nes/${server}/+/set`,
    command: (id: string) => `nes/${server}/${id}/set`,
    state: (id: string) => `nes/${server}/${id}/state`,
    discovery: (id: string) => `${DISCOVERY}/nes_${server}_${id}/config`,
    discoveries: `${DISCOVERY}/+/config`,
    /** The link that a topic is about, where it is one of this server's. */
    linkOf: (topic: string): string | undefined =>
      new RegExp(`^(?:nes/${server}/|${DISCOVERY}/nes_${server}_)([\\da-f-]{36})/(?:set|config)$`).exec(topic)?.[1],
  };
}

/** What Home Assistant is told of a device, once. */
export function discoveryOf(link: Pick<HomeLink, 'id' | 'name'>, publicUrl: string): object {
  const topics = topicsOf(publicUrl);
  const state_topic = topics.state(link.id);
  const online = { topic: topics.status };
  const button = (press: Command, name: string, icon: string, states: string[]) => ({
    platform: 'button',
    unique_id: `${link.id}_${press}`,
    name,
    icon,
    command_topic: topics.command(link.id),
    payload_press: press,
    // A button that could do nothing is not there.
    availability: [
      online,
      {
        topic: state_topic,
        value_template: `{{ 'online' if value_json.state in ${JSON.stringify(states).replaceAll('"', "'")} else 'offline' }}`,
      },
    ],
    availability_mode: 'all',
  });
  const sensor = (key: string, name: string, icon: string, more: object = {}) => ({
    platform: 'sensor',
    unique_id: `${link.id}_${key}`,
    name,
    icon,
    state_topic,
    value_template: `{{ value_json.${key} }}`,
    availability: [online],
    ...more,
  });
  return {
    device: {
      identifiers: [link.id],
      name: link.name,
      manufacturer: 'Neural Entrainment System',
      model: 'Player',
      configuration_url: publicUrl,
    },
    origin: { name: 'neural-entrainment-system', support_url: publicUrl },
    components: {
      state: sensor('state', 'State', 'mdi:waveform', { device_class: 'enum', options: ['playing', 'paused', 'idle'] }),
      title: sensor('title', 'Program', 'mdi:music'),
      play: button('play', 'Play', 'mdi:play', ['paused']),
      pause: button('pause', 'Pause', 'mdi:pause', ['playing']),
      stop: button('stop', 'Stop', 'mdi:stop', ['playing', 'paused']),
    },
    qos: 1,
  };
}

/** What `MQTT_URL` says, as the client takes it: by text it goes through a function that Node has deprecated. */
function brokerOf(url: string): IClientOptions {
  const { protocol, hostname, port, username, password, pathname, search } = new URL(url);
  return {
    protocol: protocol.slice(0, -1) as 'mqtt' | 'mqtts' | 'ws' | 'wss',
    host: hostname.replace(/^\[|\]$/g, ''),
    ...(port ? { port: Number(port) } : {}),
    ...(username ? { username: decodeURIComponent(username), password: decodeURIComponent(password) } : {}),
    path: `${pathname || '/'}${search}`,
  };
}

type Live = Session & { protocol: { title: string } };

/** Tells homes what plays and does what they ask, for the life of the process. A broker that is away is asked again; nobody waits for it. */
export function keepHomes(services: Services, url: string): Homes {
  const { primary, bus, clock, config, log, accounts } = services;
  const { database } = primary;
  const topics = topicsOf(config.publicUrl);
  /** Links that are told of, and the ends of what is heard about their people. */
  const known = new Map<string, Promise<() => void>>();
  const running = new Set<Promise<unknown>>();
  let closing = false;

  let told = 0;
  const away = (error: Error): void => {
    if (Date.now() - told < TOLD_EVERY_MS) return;
    told = Date.now();
    log.warn('The MQTT broker is away.', { reason: error.message.slice(0, 200) });
  };
  const client = connect({
    ...brokerOf(url),
    clientId: `nes-${randomUUID().slice(0, 8)}`,
    reconnectPeriod: RECONNECT_MS,
    // What could not be told is told anew, as it is then.
    queueQoSZero: false,
    resubscribe: false,
    will: { topic: topics.status, payload: Buffer.from('offline'), qos: 1, retain: true },
  });
  client.on('error', away);

  /** Work that nobody waits for: what fails is put right by the next connection. */
  const run = (work: () => Promise<unknown>): void => {
    const done = work()
      .catch((error: Error) => log.warn('A home could not be served.', { reason: error.message.slice(0, 300) }))
      .finally(() => running.delete(done));
    running.add(done);
  };
  const send = async (topic: string, payload: string): Promise<void> => {
    if (!client.connected) return;
    await client.publishAsync(topic, payload, { qos: 1, retain: true }).catch(away);
  };

  const liveOf = (userId: string): Promise<Live | null> =>
    database.session.findFirst({
      where: { userId, state: { in: ['ACTIVE', 'PAUSED'] }, expiresAt: { gt: clock.now() } },
      orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
      include: { protocol: { select: { title: true } } },
    });
  const tellState = async ({ id, userId }: HomeLink): Promise<void> => {
    const live = await liveOf(userId);
    // It may have ended meanwhile: what was taken back stays so.
    if (!known.has(id)) return;
    const state = live === null ? 'idle' : live.state === 'ACTIVE' ? 'playing' : 'paused';
    await send(topics.state(id), JSON.stringify({ state, title: live?.protocol.title ?? '' }));
  };
  const takeBack = async (id: string): Promise<void> => {
    const heard = known.get(id);
    known.delete(id);
    (await heard)?.();
    await send(topics.discovery(id), '');
    await send(topics.state(id), '');
  };
  const tell = async (link: HomeLink): Promise<void> => {
    if (!known.has(link.id))
      known.set(
        link.id,
        bus.subscribe(userChannel(link.userId), () => run(() => tellState(link))),
      );
    await known.get(link.id);
    await send(topics.discovery(link.id), JSON.stringify(discoveryOf(link, config.publicUrl)));
    await tellState(link);
  };
  /** All as the database has it: at each connection, and when messages may have been missed. */
  const tellAll = async (): Promise<void> => {
    const links = await database.homeLink.findMany();
    const present = new Set(links.map(({ id }) => id));
    for (const id of known.keys()) if (!present.has(id)) await takeBack(id);
    for (const link of links) await tell(link);
  };

  /** Does what a home asks, by the rights of the link's person and nobody else's. */
  const obey = async (id: string, command: Command): Promise<void> => {
    if ((await tryLater(services, 'homeCommand', id)) !== null) return;
    const link = await database.homeLink.findUnique({
      where: { id },
      select: { userId: true, user: { select: { suspendedAt: true } } },
    });
    if (!link || link.user.suspendedAt) return services.refused('home_unknown');
    const { userId } = link;
    const viewer: Viewer = { userId, sessionId: id, role: 'USER', isGuest: false, scopes: ['SESSIONS'] };
    const session = await liveOf(userId);
    if (!session || !can(viewer, 'session.read', session)) return;
    const now = clock.now();
    const act = {
      kind: commands[command],
      occurredAt: now.getTime(),
      positionSeconds: null,
      volume: null,
      scene: null,
    };
    try {
      const outcome = await actOnSession(
        database,
        userId,
        {
          sessionId: session.id,
          expectedVersion: session.version,
          act: { id: newId(now.getTime()), deviceId: HOME_DEVICE, deviceName: null, ...act },
        },
        now,
      );
      await announce(services, userId, outcome);
    } catch (error) {
      // Another instance or device was faster, or there is nothing to pause: the state tells.
      if (!(error instanceof UserErrors)) throw error;
    }
  };

  client.on('connect', () => {
    told = 0;
    run(async () => {
      await client.subscribeAsync([topics.commands, topics.discoveries, topics.status], { qos: 1 });
      await send(topics.status, 'online');
      await tellAll();
    });
  });
  client.on('message', (topic, payload, { retain }) => {
    const text = payload.length > 16 ? '' : payload.toString();
    // Another instance has ended; this one goes on.
    if (topic === topics.status) return text === 'offline' && !closing ? run(() => send(topic, 'online')) : undefined;
    const id = topics.linkOf(topic);
    if (id === undefined) return;
    if (topic === topics.discovery(id)) {
      // Retained from a time when nobody here could take it back.
      if (payload.length > 0 && !known.has(id))
        run(async () => {
          if ((await database.homeLink.count({ where: { id } })) === 0) await takeBack(id);
        });
      return;
    }
    // A command that the broker has kept is of another time.
    if (retain || !Object.hasOwn(commands, text)) return services.refused('home_command');
    run(() => obey(id, text as Command));
  });

  const endLinks = bus.subscribe(homeChannel, (message) => {
    const id = JSON.parse(message) as string;
    run(async () => {
      const link = await database.homeLink.findUnique({ where: { id } });
      if (link) await tell(link);
    });
  });
  const endReconnects = bus.onReconnect(() => run(tellAll));
  const endEnded = accounts.onEnded((ids) => {
    for (const id of ids) if (known.has(id)) run(() => takeBack(id));
  });

  return {
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
    async close() {
      closing = true;
      endEnded();
      endReconnects();
      (await endLinks)();
      for (const heard of known.values()) (await heard)();
      const gone = send(topics.status, 'offline').then(() => client.endAsync());
      await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, CLOSE_MS))]);
      client.end(true);
    },
  };
}
