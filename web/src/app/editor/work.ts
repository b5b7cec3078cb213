import { msg, str } from '@lit/localize';
import { readShareFragment } from '@nes/program/share.ts';
import { withoutBeat } from '@nes/program/twin.ts';
import {
  type Authored,
  type AuthoredProtocol,
  createProtocol,
  deleteProtocol,
  editedProtocol,
  forgetLocally,
  forkProtocol,
  localProtocol,
  Refused,
  reviseProtocol,
} from '../../data/authoring.ts';
import { keepLocally } from '../../data/protocols.ts';
import { readValue, writeValue } from '../../data/store.ts';
import { speakOfPrograms, toldError } from '../program-words.ts';
import { go, to } from '../router.ts';
import { showError, showToast } from '../toast.ts';
import { newDraft, replaceDraft } from './commands.ts';
import type { Draft, EditorDocument } from './document.ts';
import { fitting } from './translations.ts';

/** Unsaved work, as it is kept on this device while it is being done. */
interface Kept {
  draft: Draft;
  /** Revision that it began with, or null. */
  revisionId: string | null;
}

/** Work is kept on the device this long after the last change, in milliseconds. */
const KEEP_AFTER = 800;

interface Changing {
  protocol: AuthoredProtocol | null;
  found: 'opening' | 'here' | 'missing';
  complaint: string;
  busy: boolean;
  note: string;
}

/** What is edited, and where it is kept: on the server, on this device, or nowhere yet. Fires `change`, and `moved` when its address is another. */
export class EditorWork extends EventTarget {
  readonly doc: EditorDocument;
  #is: Changing = { protocol: null, found: 'opening', complaint: '', busy: false, note: '' };
  #place: string | null = null;
  /** Fragment of the address that holds a program, or empty. */
  #shared = '';
  #localId: string | null = null;
  #keeping: ReturnType<typeof setTimeout> | undefined;

  constructor(doc: EditorDocument) {
    super();
    this.doc = doc;
  }

  /** The protocol that is edited, as the server has it; null for a new one. */
  get protocol(): AuthoredProtocol | null {
    return this.#is.protocol;
  }

  get found(): 'opening' | 'here' | 'missing' {
    return this.#is.found;
  }

  /** Why nothing could be opened, in a sentence; empty where it is simply not there. */
  get complaint(): string {
    return this.#is.complaint;
  }

  get busy(): boolean {
    return this.#is.busy;
  }

  /** What the next save of an own protocol changes, as its author says it. */
  get note(): string {
    return this.#is.note;
  }

  set note(note: string) {
    this.#change({ note });
  }

  get place(): string | null {
    return this.#place;
  }

  get shared(): string {
    return this.#shared;
  }

  get onDevice(): boolean {
    return this.#localId !== null;
  }

  /** Nothing was drawn, and nothing is kept anywhere. */
  get untouched(): boolean {
    return !this.doc.changed && this.protocol === null && this.#localId === null;
  }

  #change(changing: Partial<Changing>): void {
    Object.assign(this.#is, changing);
    this.dispatchEvent(new Event('change'));
  }

  /** Name under which unsaved work of this place is kept; a shared program is a place of its own. */
  get #keptName(): string {
    return `editor:${this.#place ?? ''}${this.#shared.slice(0, 80)}`;
  }

  // Opening

  /** Opens what an address names. @param opened called when it is there, before it is shown */
  async open(path: string, opened: () => void): Promise<void> {
    this.#place = path;
    this.#localId = null;
    this.#shared = '';
    this.#change({ found: 'opening', complaint: '', protocol: null, note: '' });
    try {
      await speakOfPrograms();
      const draft = await this.#draftOf(path);
      if (this.#place !== path) return;
      if (!draft) {
        this.#change({ found: 'missing' });
        return;
      }
      this.doc.open(draft);
      await this.#takeUp();
      opened();
      this.#change({ found: 'here' });
    } catch (error) {
      this.#change({ found: 'missing', complaint: toldError(error).message });
    }
  }

  /** Null where there is no such program. */
  async #draftOf(path: string): Promise<Draft | null> {
    const [, first, second] = path.split('/');
    const draft = newDraft();
    const shared = first === 'new' ? await readShareFragment(location.hash) : null;
    if (shared) {
      this.#shared = location.hash;
      const { title, program, startClockSeconds } = shared;
      return { ...draft, title, program, startClockSeconds };
    }
    if (first === 'local' && second) {
      const kept = await localProtocol(decodeURIComponent(second));
      if (!kept) return null;
      this.#localId = kept.id;
      const { title, program, words } = kept;
      return { ...draft, ...words, tags: [...(words?.tags ?? [])], title, program };
    }
    if (!first || first === 'new') return draft;
    const edited = await editedProtocol(decodeURIComponent(first));
    if (!edited || this.#place !== path) return null;
    this.#change({ protocol: edited.protocol });
    return { ...draft, ...edited.words, tags: [...edited.words.tags] };
  }

  /** Work that was not saved when the page was left last is there again. */
  async #takeUp(): Promise<void> {
    const kept = await readValue<Kept>(this.#keptName).catch(() => undefined);
    if (!kept) return;
    const saved = this.doc.draft;
    this.doc.edit(msg('Take up unsaved work'), replaceDraft(kept.draft));
    if (!this.doc.changed) return;
    showToast({
      message: msg('Your unsaved work is here again.'),
      action: { label: msg('Discard it'), run: () => this.doc.edit(msg('Discard unsaved work'), replaceDraft(saved)) },
    });
  }

  keepSoon(): void {
    clearTimeout(this.#keeping);
    this.#keeping = setTimeout(this.keepNow, KEEP_AFTER);
  }

  /** What the browser does not keep is told by `connection`. */
  keepNow = (): void => {
    this.#keep().catch(() => {});
  };

  async #keep(): Promise<void> {
    clearTimeout(this.#keeping);
    if (this.found !== 'here') return;
    const kept: Kept = { draft: this.doc.draft, revisionId: this.protocol?.revisionId ?? null };
    await writeValue(this.#keptName, this.doc.changed ? kept : undefined);
  }

  // Saving

  /** What is saved, with its name trimmed. */
  get words(): Authored {
    const { draft } = this.doc;
    const { title, summary, description, category, tags, program } = draft;
    const translations = fitting(draft.translations, draft);
    return { title: title.trim(), summary, description, category, tags, program, translations };
  }

  /** Saves as the next revision, as a fork of one's own, or as a new protocol; without a server on this device. */
  async save(): Promise<void> {
    if (this.busy) return;
    this.#change({ busy: true });
    try {
      await this.#saveAs(this.words);
    } catch (error) {
      if (error instanceof Refused && error.conflict) {
        showToast({
          message: msg('Somebody saved in between, perhaps you on another device.'),
          stays: true,
          action: { label: msg('Save on top of it'), run: () => this.#saveOnTop() },
        });
      } else showError(error);
    } finally {
      this.#change({ busy: false });
    }
  }

  async #saveAs(words: Authored): Promise<void> {
    const kept = this.#keptName;
    const { protocol } = this;
    let saved: AuthoredProtocol;
    try {
      if (protocol?.isMine) saved = await reviseProtocol(protocol.id, protocol.revisionId, words, this.note);
      else if (protocol) {
        const fork = await forkProtocol(protocol.revisionId);
        saved = this.doc.changed ? await reviseProtocol(fork.id, fork.revisionId, words, '') : fork;
      } else saved = await createProtocol(words);
    } catch (error) {
      if (error instanceof Refused) throw error;
      await this.#saveHere(words);
      return;
    }
    await this.#isSaved(saved, kept);
    showToast({
      message:
        saved.forkedFrom && !protocol?.isMine
          ? msg(str`Saved as your own, forked from ${saved.forkedFrom.title}.`)
          : msg(str`Saved as revision ${saved.revisionNumber}.`),
    });
  }

  async #isSaved(saved: AuthoredProtocol, kept: string): Promise<void> {
    if (this.#localId) await forgetLocally(this.#localId);
    this.#localId = null;
    this.#change({ protocol: saved, note: '' });
    this.doc.markSaved();
    await writeValue(kept, undefined);
    this.#move(`edit/${encodeURIComponent(saved.slug)}`);
  }

  /** Without a server the work stays on this device. */
  async #saveHere(words: Authored): Promise<void> {
    if (this.protocol?.isMine) {
      await this.#keep();
      showToast({
        message: msg('The server cannot be reached. The work is kept on this device; save again later.'),
        stays: true,
      });
      return;
    }
    const { title, program, ...around } = words;
    const local = await keepLocally({ title, program, words: around }, this.#localId ?? undefined);
    const kept = this.#keptName;
    this.#localId = local.id;
    this.#change({ protocol: null });
    this.doc.markSaved();
    await writeValue(kept, undefined);
    this.#move(`edit/local/${local.id}`);
    showToast({ message: msg('Saved on this device; the server cannot be reached.'), stays: true });
  }

  async #saveOnTop(): Promise<void> {
    if (!this.protocol) return;
    this.#change({ busy: true });
    try {
      const newest = await editedProtocol(this.protocol.slug);
      if (newest) this.#change({ protocol: newest.protocol });
      await this.#saveAs(this.words);
    } catch (error) {
      showError(error);
    } finally {
      this.#change({ busy: false });
    }
  }

  /** Another address for the same work: the page stays as it is. */
  #move(path: string): void {
    this.#place = path;
    this.#shared = '';
    history.replaceState(null, '', to(path));
    this.dispatchEvent(new Event('moved'));
  }

  /** A former revision is the newest again. */
  restored(protocol: AuthoredProtocol): void {
    this.#change({ protocol });
    this.doc.markSaved();
    this.keepNow();
    showToast({ message: msg(str`Restored as revision ${protocol.revisionNumber}.`) });
  }

  /** Keeps the program without its beat on this device, to compare with. The work itself stays as it is. */
  async keepControl(): Promise<void> {
    const { title, program, ...words } = this.words;
    const named = msg(str`${title || msg('Untitled')} (no beat)`);
    const { id } = await keepLocally({ title: named, program: withoutBeat(program), words });
    showToast({
      message: msg(str`Kept on this device: ${named}. It is as loud at every moment, and nothing in it beats.`),
      action: { label: msg('Open'), run: () => go(`edit/local/${id}`) },
    });
  }

  /** Changes who can find it. */
  async show(work: (id: string) => Promise<AuthoredProtocol>, done: string): Promise<void> {
    if (!this.protocol) return;
    try {
      this.#change({ protocol: await work(this.protocol.id) });
      showToast({ message: done });
    } catch (error) {
      if (error instanceof Refused && error.errors.some(({ code }) => code === 'UNCONFIRMED')) {
        showToast({
          message: msg('Confirm your e-mail address first, with the link that was mailed to it.'),
          stays: true,
          action: { label: msg('Account'), run: () => go('account') },
        });
      } else showError(error);
    }
  }

  /** Asks, and deletes it with all its revisions. */
  delete(): void {
    const { protocol } = this;
    if (!protocol) return;
    showToast({
      message: msg(str`Delete ${protocol.title} and all its revisions?`),
      action: {
        label: msg('Delete'),
        run: async () => {
          try {
            await deleteProtocol(protocol.id);
            await writeValue(this.#keptName, undefined);
            this.doc.markSaved();
            go('');
          } catch (error) {
            showError(error);
          }
        },
      },
    });
  }
}
