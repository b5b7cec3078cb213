import type { Program } from '@nes/program/model.ts';
import type { Translations } from '../../data/authoring.ts';
import { applyPatch, type Patch, patchOf } from './patch.ts';
import { follow } from './translations.ts';

/** What an author edits: the program and the words around it. */
export interface Draft {
  title: string;
  summary: string;
  description: string;
  category: string;
  tags: string[];
  program: Program;
  /** What stands for its texts in other languages; what stands for a text that is gone is left out when it is saved. */
  translations: Translations;
  /** Time of day of second 0 in the file it came from, for files that name one; else null. It is not saved with a protocol. */
  startClockSeconds: number | null;
}

/** Chosen keyframes: index of the voice → ascending indices of its keyframes. */
export type Selection = ReadonlyMap<number, readonly number[]>;

export interface EditorState {
  draft: Draft;
  /** The lane that the keyboard and the inspector are at. */
  voice: number;
  selection: Selection;
}

/** A pure edit. It gives back the same state where there is nothing to do. */
export type Edit = (state: EditorState) => EditorState;

interface Entry {
  label: string;
  patch: Patch;
  before: Pick<EditorState, 'voice' | 'selection'>;
  after: Pick<EditorState, 'voice' | 'selection'>;
  /** Edits of the same name that follow each other at once are one step. */
  merge: string | null;
}

export const noSelection: Selection = new Map();

const place = ({ voice, selection }: EditorState): Pick<EditorState, 'voice' | 'selection'> => ({ voice, selection });

/** An edit in progress, such as a drag. Every `update` starts again from the state at its beginning. */
export interface Gesture {
  update(edit: Edit): void;
  /** Keeps the last update as one step of the history. */
  end(): void;
  /** As if it had never begun. */
  cancel(): void;
}

/**
 * The one state of the editor, its history and nothing else: no clock, no page, no sound. Fires `change` whenever the
 * draft or the selection is another one.
 */
export class EditorDocument extends EventTarget {
  #state: EditorState;
  #entries: Entry[] = [];
  /** How many entries are done; those after it are undone. */
  #done = 0;
  /** `#done` at the last save; −1 when that state cannot be reached any more. */
  #saved = 0;
  #gesture: Gesture | null = null;

  constructor(draft: Draft) {
    super();
    this.#state = { draft, voice: 0, selection: noSelection };
  }

  get state(): EditorState {
    return this.#state;
  }

  get draft(): Draft {
    return this.#state.draft;
  }

  get program(): Program {
    return this.#state.draft.program;
  }

  /** Whether there is something that was not saved. */
  get changed(): boolean {
    return this.#saved !== this.#done;
  }

  /** What undo would take back, or null. */
  get undoLabel(): string | null {
    return this.#entries[this.#done - 1]?.label ?? null;
  }

  get redoLabel(): string | null {
    return this.#entries[this.#done]?.label ?? null;
  }

  /** How many steps can be taken back. */
  get depth(): number {
    return this.#done;
  }

  /** Whether a drag is under way. */
  get gesturing(): boolean {
    return this.#gesture !== null;
  }

  /** Starts with another draft. Its history is empty. */
  open(draft: Draft, saved = true): void {
    this.#gesture?.cancel();
    this.#entries = [];
    this.#done = 0;
    this.#saved = saved ? 0 : -1;
    this.#become({ draft, voice: 0, selection: noSelection });
  }

  /** The present state is the saved one. */
  markSaved(): void {
    this.#saved = this.#done;
    // A step that goes on growing would change what was saved.
    const last = this.#entries[this.#done - 1];
    if (last) last.merge = null;
    this.dispatchEvent(new Event('change'));
  }

  /**
   * Does one edit as one step of the history.
   * @param merge edits of this name that follow each other at once become one step, as holding an arrow key does
   */
  edit(label: string, edit: Edit, merge: string | null = null): void {
    this.#gesture?.end();
    const before = this.#state;
    const edited = edit(before);
    const draft = follow(before.draft, edited.draft);
    const after = draft === edited.draft ? edited : { ...edited, draft };
    this.#keep(label, before, after, merge);
  }

  /** Chooses lane and keyframes; this is no step of the history. */
  select(voice: number, selection: Selection = noSelection): void {
    const last = this.#entries[this.#done - 1];
    if (last && !this.#gesture) last.merge = null;
    this.#become({ ...this.#state, voice, selection });
  }

  gesture(label: string): Gesture {
    this.#gesture?.end();
    const before = this.#state;
    const gesture: Gesture = {
      update: (edit) => {
        if (this.#gesture === gesture) this.#become(edit(before));
      },
      end: () => {
        if (this.#gesture !== gesture) return;
        this.#gesture = null;
        this.#keep(label, before, this.#state, null);
        // The state is that of the last update, but now it can be undone.
        this.dispatchEvent(new Event('change'));
      },
      cancel: () => {
        if (this.#gesture !== gesture) return;
        this.#gesture = null;
        this.#become(before);
      },
    };
    this.#gesture = gesture;
    return gesture;
  }

  undo(): boolean {
    if (this.#gesture) {
      this.#gesture.cancel();
      return true;
    }
    const entry = this.#entries[this.#done - 1];
    if (!entry) return false;
    this.#done--;
    const last = this.#entries[this.#done - 1];
    if (last) last.merge = null;
    this.#become({ draft: applyPatch(this.draft, entry.patch, true), ...entry.before });
    return true;
  }

  redo(): boolean {
    const entry = this.#entries[this.#done];
    if (!entry || this.#gesture) return false;
    this.#done++;
    this.#become({ draft: applyPatch(this.draft, entry.patch), ...entry.after });
    return true;
  }

  #keep(label: string, before: EditorState, after: EditorState, merge: string | null): void {
    const patch = patchOf(before.draft, after.draft);
    if (!patch) {
      if (after !== this.#state) this.#become(after);
      return;
    }
    if (this.#saved > this.#done) this.#saved = -1;
    this.#entries.length = this.#done;
    const last = this.#entries[this.#done - 1];
    if (last && merge !== null && last.merge === merge) {
      const start = applyPatch(before.draft, last.patch, true);
      const whole = patchOf(start, after.draft);
      if (whole) {
        this.#entries[this.#done - 1] = { ...last, patch: whole, after: place(after) };
      } else {
        this.#entries.pop();
        this.#done--;
      }
    } else {
      this.#entries.push({ label, patch, before: place(before), after: place(after), merge });
      this.#done++;
    }
    this.#become(after);
  }

  #become(state: EditorState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.dispatchEvent(new Event('change'));
  }
}
