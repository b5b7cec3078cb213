/** A person who plays over HTTP, writes down what was acknowledged, and asks again until it is; and who follows their session on a socket. */
import { setTimeout as pause } from 'node:timers/promises';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import WebSocket from 'ws';
import { newId } from '../../api/src/platform/ids.ts';
import { encodeNodeId } from '../../api/src/schema/node-id.ts';
import type { Dice } from './random.ts';

/** What all players of a round saw of the servers. */
export interface Told {
  internalErrors: number;
  /** Repeated requests that were answered otherwise than the first time. */
  doubled: number;
  /** Takes a line that says more. */
  log(line: string): void;
}

interface Payload {
  userErrors: { code: string; message: string }[];
  session?: { version: number; state: string } | null;
  tokens?: { accessToken: string; refreshToken: string } | null;
  viewer?: { id: string } | null;
  protocol?: { id: string; revision: { id: string } } | null;
}

/** An answer is waited for so long, and asked for so long in all. */
const ANSWER_MS = 6_000;
const PATIENCE_MS = 90_000;
const DAY_MS = 86_400_000;

const uuidOf = (id: string): string => Buffer.from(id, 'base64').toString().split(':')[1] ?? '';

export class Player {
  readonly sessionId = newId();
  readonly asked = new Set<string>();
  readonly acknowledged = new Set<string>();
  readonly acknowledgedRevisions: string[] = [];
  acknowledgedStars: number | null = null;
  userId: string | null = null;
  /** Whether somebody follows the session, and the last version that they heard of. */
  follows = false;
  heardVersion = 0;

  readonly #addresses: readonly string[];
  readonly #dice: Dice;
  readonly #revision: string;
  readonly #told: Told;
  readonly kind: 'live' | 'offline';
  readonly #deviceId = newId();
  /** How far this person's clock is off. */
  readonly #offset: number;
  #key: CryptoKeyPair | null = null;
  #tokens: { accessToken: string; refreshToken: string } | null = null;
  #socket: WebSocket | null = null;
  #closed = false;
  /** What came of each request that was not answered, and how often: it is told when the player gives up. */
  readonly #unanswered = new Map<string, number>();

  constructor(options: {
    addresses: readonly string[];
    dice: Dice;
    revision: string;
    told: Told;
    kind: 'live' | 'offline';
  }) {
    this.#addresses = options.addresses;
    this.#dice = options.dice;
    this.#revision = encodeNodeId('Revision', options.revision);
    this.#told = options.told;
    this.kind = options.kind;
    this.#offset = options.dice.below(4) === 0 ? -DAY_MS : 0;
  }

  async play(ms: number): Promise<void> {
    const started = await this.#ask('startGuest', { deviceId: this.#deviceId, deviceName: 'x', timeZone: 'UTC' });
    this.#tokens = started.tokens ?? null;
    this.userId = uuidOf(started.viewer?.id ?? '');
    if (this.kind === 'offline') return this.#playOffline(ms);
    const until = performance.now() + ms;
    const session = encodeNodeId('Session', this.sessionId);
    let version = 0;
    let playing = true;
    const act = async (name: string, more: object) => {
      const eventId = newId();
      this.asked.add(eventId);
      const input = { eventId, occurredAt: this.#now(), deviceId: this.#deviceId, ...more };
      const first = await this.#ask(name, input);
      if (first.userErrors.length > 0) throw new Error(`${name}: ${JSON.stringify(first.userErrors)}`);
      this.acknowledged.add(eventId);
      version = first.session?.version ?? version;
      if (this.#dice.below(5) > 0) return;
      // A repeated request is answered as it was.
      const again = await this.#ask(name, input);
      if (again.userErrors.length > 0 || again.session?.version !== version) {
        this.#told.doubled++;
        this.#told.log(`${name} was answered with ${JSON.stringify(first)}, then with ${JSON.stringify(again)}`);
      }
    };
    await act('startSession', {
      ...{ id: this.sessionId, revision: this.#revision, timeZone: 'UTC', volume: 0.5, scene: '' },
      ...{ positionSeconds: 0, deviceName: 'x' },
    });
    this.#follow();
    while (performance.now() < until) {
      const command = { session, expectedVersion: version };
      switch (this.#dice.below(5)) {
        case 0:
          await act(playing ? 'pauseSession' : 'resumeSession', command);
          playing = !playing;
          break;
        case 1:
          await act('seekSession', { ...command, positionSeconds: this.#dice.below(600) });
          break;
        case 2:
          await this.#refresh();
          break;
        case 3:
          await this.#write();
          break;
        default:
          await act('changeSessionVolume', { ...command, volume: this.#dice.next() });
      }
      await pause(20 + this.#dice.below(120));
    }
    await act('stopSession', { session, expectedVersion: version });
    await this.#rate(session);
  }

  /** Everything later, as after a time without a network: a part, then all of it, then a part that is there already. */
  async #playOffline(ms: number): Promise<void> {
    const begin = Date.now() + this.#offset - 3_600_000;
    const kinds = ['STARTED', 'PAUSED', 'RESUMED', 'VOLUME_CHANGED', 'STOPPED'];
    const events = kinds.map((kind, n) => ({
      id: newId(),
      kind,
      occurredAt: new Date(begin + n * 60_000).toISOString(),
      positionSeconds: n * 60,
      ...(kind === 'VOLUME_CHANGED' ? { volume: 0.3 } : {}),
    }));
    for (const { id } of events) this.asked.add(id);
    const record = async (lines: typeof events) => {
      const payload = await this.#ask('recordSession', {
        ...{ id: this.sessionId, revision: this.#revision, timeZone: 'UTC' },
        ...{ deviceId: this.#deviceId, deviceName: 'x', events: lines },
      });
      if (payload.userErrors.length > 0) throw new Error(`recordSession: ${JSON.stringify(payload.userErrors)}`);
      for (const { id } of lines) this.acknowledged.add(id);
    };
    await pause(this.#dice.next() * ms);
    await record(events.slice(0, 2));
    await record(events);
    await record(events.slice(1, 4));
    await this.#rate(encodeNodeId('Session', this.sessionId));
  }

  async #rate(session: string): Promise<void> {
    const stars = 1 + this.#dice.below(5);
    const { userErrors } = await this.#ask('rateSession', { session, stars });
    if (userErrors.length > 0) throw new Error(`rateSession: ${JSON.stringify(userErrors)}`);
    this.acknowledgedStars = stars;
  }

  /** A program of one's own. It has no id from here, so it is asked for once: what is answered must be there. */
  async #write(): Promise<void> {
    const program = {
      ...{ durationSeconds: 60, gain: 1, loop: 1, seed: 1 },
      phases: [{ name: 'One', description: '', durationSeconds: 60, colour: '#336699' }],
      voices: [
        {
          ...{ kind: 'BINAURAL', name: 'a' },
          keyframes: [{ at: 0, carrier: 200, beat: 10, level: 0.5, pan: 0, curve: 'LINEAR' }],
        },
      ],
    };
    const input = { title: 'Mine', summary: '', description: '', category: 'OTHER', program };
    const made = await this.#askOnce('createProtocol', input);
    if (made?.protocol) this.acknowledgedRevisions.push(uuidOf(made.protocol.revision.id));
  }

  /** As the browser does: with a proof of its key, again with the same token where the answer was lost. */
  async #refresh(): Promise<void> {
    const refreshToken = this.#tokens?.refreshToken;
    const { tokens, userErrors } = await this.#ask('refreshTokens', { refreshToken });
    if (!tokens) throw new Error(`refreshTokens: ${JSON.stringify(userErrors)}`);
    this.#tokens = tokens;
  }

  #now = (): string => new Date(Date.now() + this.#offset).toISOString();

  async #ask(name: string, input: object): Promise<Payload> {
    this.#unanswered.clear();
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end; ) {
      const answer = await this.#askOnce(name, input);
      if (answer) return answer;
      await pause(50 + this.#dice.below(200));
    }
    const told = [...this.#unanswered].map(([what, times]) => `${times} × ${what}`).join(', ');
    throw new Error(`${name} was not answered within ${PATIENCE_MS / 1000} s: ${told}.`);
  }

  /** Null: nobody answered, or that it cannot be done now. */
  async #askOnce(name: string, input: object): Promise<Payload | null> {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const fields = FIELDS[name] ?? 'session { version state }';
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} userErrors { code message } } }`;
    const address = this.#addresses[this.#dice.below(this.#addresses.length)] as string;
    const bound = name === 'startGuest' || name === 'refreshTokens';
    const token = bound ? undefined : this.#tokens?.accessToken;
    try {
      const response = await fetch(`${address}graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(bound ? { dpop: await this.#proof(`${address}graphql`) } : {}),
        },
        body: JSON.stringify({ query, variables: { input } }),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const { data, errors } = (await response.json()) as {
        data?: Record<string, Payload | null> | null;
        errors?: { message: string; extensions?: { code?: string } }[];
      };
      const code = errors?.[0]?.extensions?.code;
      if (code === 'INTERNAL') this.#told.internalErrors++;
      if (code && !['UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL', 'UNAUTHENTICATED'].includes(code)) {
        throw new Refused(`${name}: ${errors?.[0]?.message}`);
      }
      // Also where only a part of the answer could not be given: what it says of the session is not there then.
      if (!code) return data?.[name] ?? null;
      this.#unheard(code);
      return null;
    } catch (error) {
      if (error instanceof Refused) throw error;
      const { name: kind, cause } = error as Error & { cause?: { code?: string } };
      this.#unheard(cause?.code ?? kind);
      return null;
    }
  }

  #unheard(what: string): void {
    this.#unanswered.set(what, (this.#unanswered.get(what) ?? 0) + 1);
  }

  async #proof(url: string): Promise<string> {
    this.#key ??= await generateKeyPair('ES256', { extractable: true });
    return new SignJWT({ htm: 'POST', htu: url, jti: newId() })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(this.#key.publicKey) })
      .setIssuedAt()
      .sign(this.#key.privateKey);
  }

  /** Follows the session, on a new socket whenever one ends, until the session is over. */
  #follow(): void {
    this.follows = true;
    if (this.#closed) return;
    const again = () => {
      if (!this.#closed) setTimeout(() => this.#follow(), 200);
    };
    const address = this.#addresses[this.#dice.below(this.#addresses.length)] as string;
    const socket = new WebSocket(`${address.replace(/^http/, 'ws')}graphql`, 'graphql-transport-ws');
    this.#socket = socket;
    let over = false;
    socket.on('error', () => {});
    socket.on('close', () => {
      if (!over) again();
    });
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { accessToken: this.#tokens?.accessToken } })),
    );
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as {
        type: string;
        payload?: { data?: { sessionChanged?: { version: number } } };
      };
      if (message.type === 'connection_ack') {
        const query = 'subscription ($id: ID!) { sessionChanged(id: $id) { version state } }';
        const variables = { id: encodeNodeId('Session', this.sessionId) };
        socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query, variables } }));
      } else if (message.type === 'ping') socket.send(JSON.stringify({ type: 'pong' }));
      else if (message.type === 'next') {
        this.heardVersion = message.payload?.data?.sessionChanged?.version ?? this.heardVersion;
        if (!message.payload?.data?.sessionChanged) socket.close();
      } else if (message.type === 'complete') {
        over = true;
        socket.close();
      } else if (message.type === 'error') socket.close();
    });
  }

  close(): void {
    this.#closed = true;
    this.#socket?.terminate();
  }
}

/** A refusal for good: the person did something that is not allowed, which is a fault of this harness. */
class Refused extends Error {}

const FIELDS: Record<string, string> = {
  startGuest: 'tokens { accessToken refreshToken } viewer { id }',
  refreshTokens: 'tokens { accessToken refreshToken } viewer { id }',
  createProtocol: 'protocol { id revision { id } }',
};
