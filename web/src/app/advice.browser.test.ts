import { beforeEach, expect, it } from 'vitest';
import type { SessionRecord } from '../data/records.ts';
import { store } from '../data/store.ts';
import type { LocalSession } from '../session/log.ts';
import { advise, heardToday } from './advice.ts';
import { ToastEvent } from './toast.ts';

const now = new Date(2026, 4, 6, 20, 0);
const record = (hoursAgo: number, minutes: number): SessionRecord =>
  ({
    id: `${hoursAgo}`,
    startedAt: new Date(now.getTime() - hoursAgo * 3_600_000).toISOString(),
    playedSeconds: minutes * 60,
  }) as SessionRecord;

beforeEach(async () => {
  localStorage.removeItem('nes-advised');
  await (await store()).clear('sessions');
});

it('counts the day of the device, and no session of a few seconds', () => {
  expect(heardToday([record(1, 20), record(3, 12.4), record(4, 0.2), record(21, 30)], now)).toEqual({
    minutes: 33,
    sessions: 2,
  });
});

it('says it once a day, and not before there is a reason', async () => {
  const said: string[] = [];
  const hear = (event: Event) => said.push((event as ToastEvent).toast.message);
  window.addEventListener(ToastEvent.type, hear);
  const database = await store();
  await database.put('sessions', { ...record(2, 20), unsent: 0 } as unknown as LocalSession);
  await advise(now);
  expect(said).toEqual([]);
  await database.put('sessions', { ...record(1, 31), unsent: 0 } as unknown as LocalSession);
  await advise(now);
  await advise(now);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('51');
  await advise(new Date(now.getTime() + 24 * 3_600_000));
  expect(said).toHaveLength(1);
  window.removeEventListener(ToastEvent.type, hear);
});
