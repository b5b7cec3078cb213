import { account } from './account.ts';
import { ask, tell } from './client.ts';
import { favourites } from './favourites.ts';
import { ListsDocument, SaveListsDocument } from './generated/lists.ts';
import { lists } from './lists.ts';
import { type ListsBody, mergeLists, noLists, same } from './lists-merge.ts';
import { readValue, writeValue } from './store.ts';

/** What this device and the server had in common last, and whose it is. */
interface Base {
  userId: string;
  /** With an account, which has them when this browser is no longer signed in. A guest's are nowhere else. */
  account: boolean;
  version: number;
  body: ListsBody;
}

/** A change is sent after so long without another. */
const quietMilliseconds = 2_000;
/** Devices that save at the same moment try again. */
const mostTries = 5;

const present = (): ListsBody => ({ favourites: favourites.slugs, lists: lists.all, plan: lists.plan });

let running: Promise<void> | null = null;
let again = false;
let timer: ReturnType<typeof setTimeout> | undefined;

async function take(body: ListsBody): Promise<void> {
  if (same(body, present())) return;
  await Promise.all([favourites.replace(body.favourites), lists.replace(body.lists, body.plan)]);
}

async function once(): Promise<void> {
  await Promise.all([account.ready, favourites.ready, lists.ready]);
  const userId = account.viewer?.id;
  const base = await readValue<Base>('lists-base');
  if (base && base.userId !== userId) {
    // Whoever signed out finds them in the account; what was never sent stays, and so does all of a guest's.
    if (base.account && same(base.body, present())) await take(noLists);
    await writeValue('lists-base', undefined);
  }
  if (!userId) return;
  let common = base?.userId === userId ? base.body : noLists;
  for (let tries = 0; tries < mostTries; tries++) {
    const { viewer } = await ask(ListsDocument, {});
    if (viewer?.id !== userId) return;
    const theirs = (viewer.lists?.body as ListsBody | undefined) ?? noLists;
    // From here to the taking nothing is waited for: what is changed meanwhile is changed after it.
    const merged = mergeLists(common, present(), theirs);
    const taken = take(merged);
    common = theirs;
    await taken;
    let version = viewer.lists?.version ?? 0;
    if (!same(merged, theirs)) {
      const { saveLists } = await tell(SaveListsDocument, { input: { version, body: merged } });
      const [problem] = saveLists.userErrors;
      if (problem?.code === 'CONFLICT') continue;
      // Two devices together may have more than one may: this one keeps its own, and says why the others do not have them.
      if (problem) {
        lists.refusal = problem.message;
        return;
      }
      version = saveLists.lists?.version ?? version;
    }
    lists.refusal = null;
    await writeValue('lists-base', { userId, account: account.signedIn, version, body: merged } satisfies Base);
    return;
  }
}

/** Brings favourites, lists and plan of this device and of the person's others together. One at a time; rejects where there is no network. */
export function syncLists(): Promise<void> {
  if (running) {
    again = true;
    return running;
  }
  running = once().finally(() => {
    running = null;
    if (again) soon();
    again = false;
  });
  return running;
}

function soon(): void {
  clearTimeout(timer);
  // Without a network they hold here, and are sent with the next change or visit.
  timer = setTimeout(() => syncLists().catch(() => {}), quietMilliseconds);
}

for (const source of [favourites, lists, account]) source.addEventListener('change', soon);
