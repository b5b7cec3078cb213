/** Somebody at an address of their own who asks a server, plays and acts, for benches under the limits of production. */
import { newId } from '../../api/src/platform/ids.ts';
import { encodeNodeId } from '../../api/src/schema/node-id.ts';

/** What came of one operation: `code` is that of the first error, or of what was wrong with the input. */
export interface Answered {
  // biome-ignore lint/suspicious/noExplicitAny: answers of many operations.
  data: any;
  code?: string;
}

/** An answer is waited for so long. */
const PATIENCE_MS = 30_000;

export class Person {
  readonly #url: string;
  readonly #address: string;
  readonly #answered: (ms: number, code: string | undefined, name: string) => void;
  readonly #device = newId();
  token = '';
  /** The session that is played; null between two. */
  session: string | null = null;
  #version = 0;

  /** `answered` hears of each operation: how long it took, ms, and what was wrong with it. */
  constructor(
    url: string,
    address: string,
    answered: (ms: number, code: string | undefined, name: string) => void = () => {},
  ) {
    this.#url = url;
    this.#address = address;
    this.#answered = answered;
  }

  async ask(name: string, query: string, variables: object = {}): Promise<Answered> {
    const begun = performance.now();
    const answer = await this.#send(query, variables).catch(
      (error: Error): Answered => ({ data: null, code: error.name }),
    );
    answer.code ??= (
      Object.values(answer.data ?? {})[0] as { userErrors?: { code: string }[] } | null
    )?.userErrors?.[0]?.code;
    this.#answered(performance.now() - begun, answer.code, name);
    return answer;
  }

  async #send(query: string, variables: object): Promise<Answered> {
    const response = await fetch(`${this.#url}/graphql`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', 'x-forwarded-for': this.#address },
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await response.text();
    if (!text.startsWith('{')) return { data: null, code: `HTTP ${response.status}` };
    const { data, errors } = JSON.parse(text) as { data?: unknown; errors?: { extensions?: { code?: string } }[] };
    return { data, code: errors && (errors[0]?.extensions?.code ?? 'an error without a code') };
  }

  mutate(name: string, input: object, fields: string): Promise<Answered> {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    return this.ask(name, `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} userErrors { code } } }`, {
      input,
    });
  }

  /** Becomes a guest. Throws where that is refused. */
  async come(): Promise<void> {
    const input = { deviceId: this.#device, deviceName: 'bench', timeZone: 'UTC' };
    const { data, code } = await this.mutate('startGuest', input, 'tokens { accessToken }');
    if (code !== undefined) throw new Error(`Nobody could be made: ${code}.`);
    this.token = data.startGuest.tokens.accessToken;
  }

  /** Begins to play this revision (its uuid). */
  async play(revision: string, group?: string): Promise<void> {
    const id = newId();
    this.session = encodeNodeId('Session', id);
    const more = group === undefined ? {} : { group };
    await this.#act('startSession', { id, revision: encodeNodeId('Revision', revision), timeZone: 'UTC', ...more });
  }

  act(name: string, more: object = {}): Promise<Answered> {
    return this.#act(name, { session: this.session, expectedVersion: this.#version, ...more });
  }

  async #act(name: string, input: object): Promise<Answered> {
    const common = { eventId: newId(), occurredAt: new Date().toISOString(), deviceId: this.#device };
    const answer = await this.mutate(name, { ...common, ...input }, 'session { version }');
    this.#version = answer.data?.[name]?.session?.version ?? this.#version;
    return answer;
  }
}
