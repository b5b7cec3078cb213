import { type ListItem, lists, type PlanEntry, type PlayList } from '../../data/lists.ts';
import { findProtocol, localProtocols } from '../../data/protocols.ts';
import type { Playable } from '../../session/log.ts';
import type { Queued, QueueOptions } from '../../session/queue.ts';
import { beatsBetweenEars, loadSession, mayPlay, whenIdle } from '../play.ts';
import { go } from '../router.ts';
import { showError } from '../toast.ts';

export const loadQueue = () => import('../../session/queue.ts');

/** How a protocol stands in a list. */
export const itemOf = ({ slug, title }: Pick<Playable, 'slug' | 'title'>, localId: string | null = null): ListItem => ({
  slug,
  localId,
  title,
  seconds: null,
});

/** The program of an item as it is at this moment; null where it is gone, or cannot be fetched. */
async function found({ slug, localId, title }: ListItem): Promise<Playable | null> {
  if (slug !== null) return findProtocol(slug).catch(() => null);
  const local = (await localProtocols()).find(({ id }) => id === localId);
  if (!local) return null;
  const { program, words } = local;
  return {
    id: null,
    revisionId: null,
    slug: null,
    title: local.title || title,
    category: words?.category ?? '',
    program,
  };
}

/** What is to be played of items; those that are gone are left out. */
export async function entriesOf(items: readonly ListItem[]): Promise<Queued[]> {
  const all = await Promise.all(items.map(async (item) => ({ protocol: await found(item), seconds: item.seconds })));
  return all.filter((one): one is Queued => one.protocol !== null);
}

/** What an entry of the plan begins. */
export async function planned({ item, listId }: PlanEntry): Promise<{
  entries: Queued[];
  options: Partial<QueueOptions>;
}> {
  const list = lists.all.find(({ id }) => id === listId);
  return { entries: await entriesOf(list?.items ?? (item ? [item] : [])), options: list ?? {} };
}

/** Plays a list from its beginning. Call it from a click or key press. */
export async function playList(list: PlayList): Promise<void> {
  try {
    const entries = await entriesOf(list.items);
    if (!(await mayPlay(entries.some(({ protocol }) => beatsBetweenEars(protocol))))) return;
    const [{ queue }, { playerSession }] = await Promise.all([loadQueue(), loadSession()]);
    await queue.open(entries, list);
    const sounding = playerSession.play();
    go('play');
    await sounding;
    whenIdle(() => import('../advice.ts').then(({ advise }) => advise()).catch(() => {}));
  } catch (error) {
    showError(error);
  }
}
