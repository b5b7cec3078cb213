import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { LocalSession } from '../session/log.ts';
import { connection } from './connection.ts';
import type { LocalProtocol } from './protocols.ts';

/** What the browser keeps: settings by name, the log of every session, programs that are only here. */
export interface NesDatabase extends DBSchema {
  values: { key: string; value: unknown };
  sessions: { key: string; value: LocalSession; indexes: { startedAt: string; unsent: number } };
  protocols: { key: string; value: LocalProtocol };
}

let opened: Promise<IDBPDatabase<NesDatabase>> | undefined;

/** The browser's database. Every tab of the site shares it. Rejects where the site may not have one. */
export async function store(): Promise<IDBPDatabase<NesDatabase>> {
  opened ??= openDB<NesDatabase>('nes', 1, {
    upgrade(database) {
      database.createObjectStore('values');
      const sessions = database.createObjectStore('sessions', { keyPath: 'id' });
      sessions.createIndex('startedAt', 'startedAt');
      sessions.createIndex('unsent', 'unsent');
      database.createObjectStore('protocols', { keyPath: 'id' });
    },
    // Another tab wants to change or remove the database: it must not wait for this one.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
      opened = undefined;
    },
    terminated() {
      opened = undefined;
    },
  }).catch((error) => {
    // Refused now (private window, full disk), it may be given later.
    opened = undefined;
    throw error;
  });
  return opened;
}

/** Follows one write, so that a page can say when nothing is kept. What fails with a plain `Error` of ours says nothing about the storage. */
export async function keeping<T>(write: Promise<T>): Promise<T> {
  try {
    const done = await write;
    connection.unkept = false;
    return done;
  } catch (error) {
    if (isRefusal(error)) connection.unkept = true;
    throw error;
  }
}

/** Whether the browser refused (a `DOMException`, or an error of the missing interface). */
export const isRefusal = (error: unknown): boolean => (error as Error).name !== 'Error';

/** Reads a kept value, or undefined. */
export async function readValue<T>(name: string): Promise<T | undefined> {
  return (await (await store()).get('values', name)) as T | undefined;
}

/** Keeps a value; undefined removes it. */
export function writeValue(name: string, value: unknown): Promise<void> {
  return keeping(write(name, value));
}

async function write(name: string, value: unknown): Promise<void> {
  const database = await store();
  if (value === undefined) await database.delete('values', name);
  else await database.put('values', value, name);
}
