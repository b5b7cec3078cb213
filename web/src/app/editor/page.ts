import { msg, str } from '@lit/localize';
import { MOST_ISSUES } from '@nes/program/check.ts';
import type { Exported } from '@nes/program/export/course.ts';
import { readProgramFiles } from '@nes/program/file.ts';
import { VOICE_KINDS } from '@nes/program/kinds.ts';
import type { ProgramFile, VoiceKind } from '@nes/program/model.ts';
import { readShareFragment } from '@nes/program/share.ts';
import { hasBeat, withoutBeat } from '@nes/program/twin.ts';
import { dominantBeat, passAt } from '@nes/program/values.ts';
import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import {
  type Authored,
  type AuthoredProtocol,
  createProtocol,
  deleteProtocol,
  editedProtocol,
  forgetLocally,
  forkProtocol,
  localProtocol,
  ownProtocols,
  publishProtocol,
  Refused,
  reviseProtocol,
  unlistProtocol,
} from '../../data/authoring.ts';
import { connection } from '../../data/connection.ts';
import { keepLocally, localProtocols } from '../../data/protocols.ts';
import { readValue, writeValue } from '../../data/store.ts';
import { bandName, bandOf } from '../../elements/bands.ts';
import { define } from '../../elements/define.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { clock, hertz, number } from '../../elements/format.ts';
import { icon } from '../../elements/icons.ts';
import { kindLooks } from '../../elements/kinds.ts';
import { base, controls } from '../../styles/base.ts';
import { saveFile } from '../download.ts';
import { visibilityName } from '../names.ts';
import { go, placeNow, to } from '../router.ts';
import type { Page } from '../routes.ts';
import { showError, showToast } from '../toast.ts';
import {
  addVoice,
  addVoices,
  changeDraft,
  fitGain,
  fitPhases,
  newDraft,
  phaseStart,
  replaceDraft,
} from './commands.ts';
import { type Draft, EditorDocument } from './document.ts';
import { ExportDialog } from './export-dialog.ts';
import { takeHanded } from './handover.ts';
import { editorIcon } from './icons.ts';
import { ImportDialog } from './import-dialog.ts';
import { Inspector, type SampleFileEvent } from './inspector.ts';
import type { LaneSayEvent } from './lane.ts';
import { Lanes, type PhaseChosenEvent } from './lanes.ts';
import { styles } from './page.styles.ts';
import { PointsTable } from './points-table.ts';
import { Preview } from './preview.ts';
import { type Place, type Problem, parameterOfField, problemsOf } from './problems.ts';
import { type PlaceEvent, ProblemsList, type RemedyEvent } from './problems-list.ts';
import type { RestoredEvent } from './revisions-panel.ts';
import { EditorView } from './view.ts';
import { preciseClock } from './words.ts';

define('nes-editor-lanes', Lanes);
define('nes-editor-inspector', Inspector);
define('nes-editor-problems', ProblemsList);
define('nes-editor-points', PointsTable);
define('nes-editor-import', ImportDialog);
define('nes-editor-export', ExportDialog);

type Dock = '' | 'problems' | 'points' | 'generate' | 'revisions';

/** Unsaved work, as it is kept on this device while it is being done. */
interface Kept {
  draft: Draft;
  /** Revision that it began with, or null. */
  revisionId: string | null;
}

/** The check runs at most this often while something is dragged, in milliseconds. */
const CHECK_PACE = 80;
/** A check that takes longer than this would be felt in a drag, in milliseconds. */
const SLOW_CHECK = 8;
/** What the foot of the meter stands for, below full scale. */
const METER_DECIBELS = 60;
/** In seconds. */
const SHORTEST_LOOP = 1;
/** Work is kept on the device this long after the last change, in milliseconds. */
const KEEP_AFTER = 800;

/** The editor: voices over time, what is chosen at the right, what is wrong at the foot, the transport on top. */
export class EditorPage extends NesElement implements Page {
  static override styles = [base, controls, styles];

  static override properties: PropertyDeclarations = {
    protocol: { state: true },
    found: { state: true },
    problems: { state: true },
    dock: { state: true },
    phase: { state: true },
    dropping: { state: true },
    busy: { state: true },
    own: { state: true },
    complaint: { state: true },
  };

  declare params: Record<string, string>;
  /** The protocol that is edited, as the server has it; null for a new one. */
  declare protected protocol: AuthoredProtocol | null;
  declare protected found: 'opening' | 'here' | 'missing';
  declare protected problems: readonly Problem[];
  declare protected dock: Dock;
  declare protected phase: number;
  declare protected dropping: boolean;
  declare protected busy: boolean;
  /** What this person made, on the server and on this device. */
  declare protected own: readonly { title: string; path: string; where: string }[];
  /** Why nothing could be opened, in a sentence; empty where it is simply not there. */
  declare protected complaint: string;

  readonly doc = new EditorDocument(newDraft());
  readonly view = new EditorView();
  readonly preview = new Preview();

  #place: string | null = null;
  /** Fragment of the address that holds a program, or empty. */
  #shared = '';
  #localId: string | null = null;
  #checking: ReturnType<typeof setTimeout> | undefined;
  #keeping: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;
  #dragDepth = 0;
  #program = this.doc.program;

  constructor() {
    super();
    this.params = {};
    this.protocol = null;
    this.found = 'opening';
    this.problems = [];
    this.dock = '';
    this.phase = -1;
    this.dropping = false;
    this.busy = false;
    this.own = [];
    this.complaint = '';
    new Follow(this, [connection]);
    this.doc.addEventListener('change', this.#changed);
    this.view.addEventListener('change', this.#viewChanged);
    this.view.addEventListener('playhead', this.#showTime);
    this.preview.addEventListener('change', this.#sounded);
  }

  get pageTitle(): string {
    return this.doc.draft.title || msg('Editor');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.#key);
    window.addEventListener('dragenter', this.#dragEnter);
    window.addEventListener('dragover', this.#dragOver);
    window.addEventListener('dragleave', this.#dragLeave);
    window.addEventListener('drop', this.#dropped);
    window.addEventListener('pagehide', this.#keepNow);
    window.addEventListener('hashchange', this.#anotherLink);
    document.addEventListener('click', this.#closeMenus);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.#key);
    window.removeEventListener('dragenter', this.#dragEnter);
    window.removeEventListener('dragover', this.#dragOver);
    window.removeEventListener('dragleave', this.#dragLeave);
    window.removeEventListener('drop', this.#dropped);
    window.removeEventListener('pagehide', this.#keepNow);
    window.removeEventListener('hashchange', this.#anotherLink);
    document.removeEventListener('click', this.#closeMenus);
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#checking);
    this.#keepNow();
    this.preview.close();
  }

  protected override willUpdate(): void {
    const { path } = placeNow();
    if (this.#place !== path) this.#open(path);
  }

  // Opening

  /** Name under which unsaved work of this place is kept; a shared program is a place of its own. */
  get #keptName(): string {
    return `editor:${this.#place ?? ''}${this.#shared.slice(0, 80)}`;
  }

  async #open(path: string): Promise<void> {
    this.#place = path;
    this.found = 'opening';
    this.complaint = '';
    this.protocol = null;
    this.#localId = null;
    this.#shared = '';
    const [, first, second] = path.split('/');
    try {
      let draft = newDraft();
      const shared = first === 'new' ? await readShareFragment(location.hash) : null;
      if (shared) {
        this.#shared = location.hash;
        draft = { ...draft, title: shared.title, program: shared.program, startClockSeconds: shared.startClockSeconds };
      }
      if (first === 'local' && second) {
        const kept = await localProtocol(decodeURIComponent(second));
        if (!kept) {
          this.found = 'missing';
          return;
        }
        this.#localId = kept.id;
        draft = {
          ...draft,
          ...kept.words,
          tags: [...(kept.words?.tags ?? [])],
          title: kept.title,
          program: kept.program,
        };
      } else if (first && first !== 'new') {
        const edited = await editedProtocol(decodeURIComponent(first));
        if (this.#place !== path) return;
        if (!edited) {
          this.found = 'missing';
          return;
        }
        this.protocol = edited.protocol;
        draft = { ...draft, ...edited.words, tags: [...edited.words.tags] };
      }
      if (this.#place !== path) return;
      this.doc.open(draft);
      await this.#takeUp();
      this.view.setDuration(this.doc.program.durationSeconds);
      this.view.fit();
      this.found = 'here';
      this.dispatchEvent(new Event('nes-title', { bubbles: true, composed: true }));
      const handed = takeHanded();
      if (handed.length > 0) await this.importFiles(handed);
    } catch (error) {
      this.found = 'missing';
      this.complaint = error instanceof Error ? error.message : String(error);
    }
  }

  /** Another shared program was opened in this window. */
  #anotherLink = (): void => {
    if (!location.hash.startsWith('#program=') || location.hash === this.#shared) return;
    this.#keepNow();
    this.#open(placeNow().path);
  };

  /** Work that was not saved when the page was left last is there again. */
  async #takeUp(): Promise<void> {
    const kept = await readValue<Kept>(this.#keptName).catch(() => undefined);
    if (!kept) return;
    const saved = this.doc.draft;
    this.doc.edit(msg('Take up unsaved work'), replaceDraft(kept.draft));
    if (!this.doc.changed) return;
    showToast({
      message: msg('Your unsaved work is here again.'),
      action: { label: msg('Leave it'), run: () => this.doc.edit(msg('Leave unsaved work'), replaceDraft(saved)) },
    });
  }

  #keepSoon(): void {
    clearTimeout(this.#keeping);
    this.#keeping = setTimeout(this.#keepNow, KEEP_AFTER);
  }

  #keepNow = (): void => {
    clearTimeout(this.#keeping);
    if (this.found !== 'here') return;
    const kept: Kept = { draft: this.doc.draft, revisionId: this.protocol?.revisionId ?? null };
    writeValue(this.#keptName, this.doc.changed ? kept : undefined).catch(() => {});
  };

  // What changes

  #changed = (): void => {
    const { program, gesturing } = this.doc;
    if (program !== this.#program) {
      this.#program = program;
      this.view.setDuration(program.durationSeconds);
      if (this.phase >= program.phases.length) this.phase = -1;
      this.#showTime();
    }
    // In a silent drag of a very large program the check waits for the end of it.
    const waits = gesturing && !this.preview.sounding && this.#checkCost > SLOW_CHECK;
    if (program !== this.#checked && !waits) this.#checkSoon();
    // While something is dragged the page itself says nothing new.
    if (gesturing) return;
    this.#keepSoon();
    this.requestUpdate();
  };

  #viewChanged = (): void => {
    this.preview.silence(this.view, this.doc.program.voices.length);
    this.requestUpdate();
  };

  #checkSoon(): void {
    if (this.#checking) return;
    // A check of a very large program takes its time; in a drag it may take a tenth of it, no more.
    const pace = this.doc.gesturing
      ? Math.max(CHECK_PACE, this.#checkCost * 10)
      : Math.min(CHECK_PACE, this.#checkCost);
    this.#checking = setTimeout(() => {
      this.#checking = undefined;
      this.#check();
    }, pace);
  }

  /** How long the last check took, in milliseconds. */
  #checkCost = 0;
  #checked = this.doc.program;

  /** Finds what is wrong; what is sound is heard. */
  #check(): void {
    const { program } = this.doc;
    if (program === this.#checked) return;
    this.#checked = program;
    const start = performance.now();
    const problems = problemsOf(program);
    this.#checkCost = performance.now() - start;
    if (problems.length > 0 || this.problems.length > 0) this.problems = problems;
    if (problems.length === 0) this.preview.update(program);
  }

  // Sound

  #sounded = (): void => {
    cancelAnimationFrame(this.#frame);
    if (this.preview.sounding) this.#follow();
    else this.#showLevel();
    this.requestUpdate();
  };

  #follow = (): void => {
    this.#frame = requestAnimationFrame(this.#follow);
    this.#showLevel();
    if (this.preview.state !== 'playing') return;
    const { seconds } = passAt(this.doc.program, this.preview.seconds());
    this.view.movePlayhead(seconds);
    if (!this.view.fits && !this.doc.gesturing) this.view.reveal(seconds);
  };

  #play = async (): Promise<void> => {
    if (this.preview.sounding) {
      this.preview.pause();
      return;
    }
    this.#checked = this.doc.program;
    this.problems = problemsOf(this.doc.program);
    if (this.problems.length > 0) {
      this.dock = 'problems';
      showToast({ message: msg('It cannot be played yet: see what is wrong at the foot.') });
      return;
    }
    const { program } = this.doc;
    const from = this.view.playhead < program.durationSeconds ? this.view.playhead : 0;
    try {
      await this.preview.play(program, from);
      this.preview.silence(this.view, program.voices.length);
    } catch (error) {
      showError(error);
    }
  };

  #stop = (): void => {
    this.preview.stop();
    this.view.movePlayhead(0);
  };

  #seeked = (): void => this.preview.seek(this.view.playhead);

  /** Position and beat change with every frame, so they are written without drawing the page again. */
  #showTime = (): void => {
    const position = this.renderRoot?.querySelector('.position');
    const beat = this.renderRoot?.querySelector('.beat');
    if (!position || !beat) return;
    const at = this.view.playhead;
    const text = `${clock(at)}.${Math.floor((at % 1) * 10)}`;
    if (position.textContent !== text) position.textContent = text;
    const found = dominantBeat(this.doc.program, at);
    const words = found ? `${hertz(found.beatHz)} · ${bandName(bandOf(found.beatHz))}` : msg('no beat');
    if (beat.textContent !== words) beat.textContent = words;
  };

  #heldDecibels = Number.NEGATIVE_INFINITY;
  #heldUntil = 0;

  /** The peak of each ear, falling slowly enough to be seen, and the highest of the last two seconds in figures. */
  #showLevel(): void {
    const meter = this.renderRoot?.querySelector<HTMLElement>('.meter');
    if (!meter) return;
    const decibels = this.preview.peaks().map((peak) => 20 * Math.log10(Math.max(1e-4, peak)));
    const now = performance.now();
    const most = Math.max(...decibels);
    if (most >= this.#heldDecibels || now > this.#heldUntil) {
      this.#heldDecibels = most;
      this.#heldUntil = now + 2_000;
    }
    for (const [ear, level] of decibels.entries())
      meter.style.setProperty(
        ear === 0 ? '--left' : '--right',
        String(Math.min(1, Math.max(0, 1 + level / METER_DECIBELS))),
      );
    const words = this.#heldDecibels > -METER_DECIBELS ? `${number(this.#heldDecibels, 1)} dB` : '–';
    const figure = meter.querySelector('.most');
    if (figure && figure.textContent !== words) figure.textContent = words;
    meter.classList.toggle('over', this.#heldDecibels > 0);
  }

  /** What is chosen, as seconds of the program: from the first to the last chosen point, else the chosen phase. */
  #chosenSpan(): readonly [number, number] | null {
    const { program } = this.doc;
    const times = [...this.doc.state.selection].flatMap(([voice, frames]) =>
      [...frames].map((frame) => program.voices[voice]?.keyframes[frame]?.at ?? 0),
    );
    const [from, to] = [Math.min(...times), Math.max(...times)];
    if (times.length > 1 && to - from >= SHORTEST_LOOP) return [from, to];
    const phase = program.phases[this.phase];
    if (!phase) return null;
    const start = phaseStart(program, this.phase);
    return [start, start + phase.durationSeconds];
  }

  #toggleLoop = (): void => {
    const span = this.view.loop ? null : this.#chosenSpan();
    if (!this.view.loop && !span) {
      showToast({
        message: msg('Choose a phase, or two points a second apart or more: what lies between is repeated.'),
      });
      return;
    }
    this.view.loop = span;
    if (span && !this.preview.sounding) {
      this.view.movePlayhead(span[0]);
      this.preview.seek(span[0]);
    }
  };

  // Keys

  #key = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      this.preview.emergencyStop();
      if (!event.defaultPrevented) this.doc.select(this.doc.state.voice);
      return;
    }
    if (event.defaultPrevented || event.altKey) return;
    if (event.composedPath().some((node) => node instanceof HTMLDialogElement)) return;
    if (event.ctrlKey || event.metaKey) {
      const key = event.key.toLowerCase();
      if (key === 'z') event.shiftKey ? this.doc.redo() : this.doc.undo();
      else if (key === 'y') this.doc.redo();
      else if (key === 's') this.#save();
      else return;
      event.preventDefault();
      return;
    }
    const typing = event
      .composedPath()
      .some(
        (node) =>
          node instanceof HTMLElement && node.matches('input:not([type=range], [type=checkbox]), textarea, select'),
      );
    if (typing) return;
    const onControl = event
      .composedPath()
      .some((node) => node instanceof HTMLElement && node.matches('button, a, summary, input'));
    switch (event.key) {
      case ' ':
        if (onControl) return;
        this.#play();
        break;
      case '+':
      case '=':
        this.view.zoom(0.7);
        break;
      case '-':
      case '−':
        this.view.zoom(1 / 0.7);
        break;
      case '0':
        this.view.fit();
        break;
      case 'g':
        this.view.snap = !this.view.snap;
        break;
      case 'l':
        this.#toggleLoop();
        break;
      case 'p':
        this.#show(this.dock === 'points' ? '' : 'points');
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  // Files

  #dragEnter = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.#dragDepth++;
    this.dropping = true;
  };

  #dragOver = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
  };

  #dragLeave = (): void => {
    this.#dragDepth = Math.max(0, this.#dragDepth - 1);
    if (this.#dragDepth === 0) this.dropping = false;
  };

  #dropped = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.#dragDepth = 0;
    this.dropping = false;
    if (event.dataTransfer.files.length > 0) this.importFiles([...event.dataTransfer.files]);
  };

  #choose = (): void => {
    this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')?.click();
  };

  #chosen = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = '';
    if (files.length > 0) this.importFiles(files);
  };

  /** Reads a file of any of the formats, or several parts of one sequence, and asks what to do with it. */
  async importFiles(files: readonly File[]): Promise<void> {
    let read: ProgramFile;
    try {
      read = await readFiles(files);
    } catch (error) {
      showError(error);
      return;
    }
    const untouched = !this.doc.changed && this.protocol === null && this.#localId === null;
    if (untouched && read.notes.length === 0) {
      this.#take(read);
      return;
    }
    const dialog = document.createElement('nes-editor-import') as ImportDialog;
    dialog.file = read;
    dialog.empty = untouched;
    this.renderRoot.append(dialog);
    const choice = await dialog.choice;
    if (choice === 'open') this.#take(read);
    else if (choice === 'add') {
      this.doc.edit(msg('Add voices'), addVoices(read.program.voices, read.program.durationSeconds));
    }
  }

  #take(file: ProgramFile): void {
    this.view.forgetLanes();
    const title = this.protocol ? this.doc.draft.title : file.title;
    const { program, startClockSeconds } = file;
    this.doc.edit(msg('Import'), replaceDraft({ title, program, startClockSeconds }));
    this.view.setDuration(file.program.durationSeconds);
    this.view.fit();
  }

  async #export(format: 'json' | 'sbg' | 'gnaural'): Promise<void> {
    this.#closeMenus();
    const { title, program, startClockSeconds } = this.doc.draft;
    const file: ProgramFile = { title, program, startClockSeconds, notes: [] };
    try {
      this.#refuseFaulty();
      const exported = await this.#written(format, file);
      saveFile(new Blob([exported.text], { type: 'text/plain' }), `${fileName(title)}.${format}`);
      if (exported.notes.length > 0) {
        const dialog = document.createElement('nes-editor-export') as ExportDialog;
        dialog.name = `${fileName(title)}.${format}`;
        dialog.notes = exported.notes;
        this.renderRoot.append(dialog);
      }
    } catch (error) {
      showError(error);
    }
  }

  #exportSound = async (): Promise<void> => {
    this.#closeMenus();
    try {
      this.#refuseFaulty();
      const { saveAsSound } = await import('../sound-file-dialog.ts');
      saveAsSound(this.doc.program, fileName(this.doc.draft.title));
    } catch (error) {
      showError(error);
    }
  };

  /** Offers a link to a page where the program can be heard. */
  #share = async (): Promise<void> => {
    this.#closeMenus();
    try {
      this.#refuseFaulty();
      const { title, program, startClockSeconds } = this.doc.draft;
      const { shareProgram } = await import('../share/share-program.ts');
      await shareProgram({ title, program, startClockSeconds, notes: [] });
    } catch (error) {
      showError(error);
    }
  };

  async #written(format: 'json' | 'sbg' | 'gnaural', file: ProgramFile): Promise<Exported> {
    switch (format) {
      case 'json':
        return (await import('@nes/program/export/json.ts')).exportJson(file);
      case 'sbg':
        return (await import('@nes/program/export/sbg.ts')).exportSbg(file);
      case 'gnaural':
        return (await import('@nes/program/export/gnaural.ts')).exportGnaural(file);
    }
  }

  /** @throws where the program is not one */
  #refuseFaulty(): void {
    this.problems = problemsOf(this.doc.program);
    if (this.problems.length === 0) return;
    this.dock = 'problems';
    throw new Error(msg('Something is wrong with the program; see the foot of the page.'));
  }

  // Saving

  get #words(): Authored {
    const { title, summary, description, category, tags, program } = this.doc.draft;
    return { title: title.trim(), summary, description, category, tags, program };
  }

  #save = async (): Promise<void> => {
    if (this.busy) return;
    const words = this.#words;
    if (!words.title) {
      const field = this.renderRoot.querySelector<HTMLInputElement>('.title');
      field?.focus();
      showToast({ message: msg('Give it a name first.') });
      return;
    }
    this.busy = true;
    try {
      this.#refuseFaulty();
      await this.#saveAs(words);
    } catch (error) {
      if (error instanceof Refused && error.conflict) {
        showToast({
          message: msg('Somebody saved in between, perhaps you on another device.'),
          stays: true,
          action: { label: msg('Save on top of it'), run: () => this.#saveOnTop() },
        });
      } else showError(error);
    } finally {
      this.busy = false;
    }
  };

  async #saveAs(words: Authored): Promise<void> {
    const kept = this.#keptName;
    const { protocol } = this;
    let saved: AuthoredProtocol;
    try {
      if (protocol?.isMine) saved = await reviseProtocol(protocol.id, protocol.revisionId, words);
      else if (protocol) {
        const fork = await forkProtocol(protocol.revisionId);
        saved = this.doc.changed ? await reviseProtocol(fork.id, fork.revisionId, words) : fork;
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
    this.protocol = saved;
    this.doc.markSaved();
    await writeValue(kept, undefined);
    this.#move(`edit/${encodeURIComponent(saved.slug)}`);
  }

  /** Keeps the program without its beat on this device, to compare with. The work itself stays as it is. */
  #keepControl = async (): Promise<void> => {
    this.#closeMenus();
    try {
      this.#refuseFaulty();
      const { title, program, ...words } = this.#words;
      const named = msg(str`${title || msg('Untitled')} (no beat)`);
      const { id } = await keepLocally({ title: named, program: withoutBeat(program), words });
      showToast({
        message: msg(str`Kept on this device: ${named}. It is as loud at every moment, and nothing in it beats.`),
        action: { label: msg('Open'), run: () => go(`edit/local/${id}`) },
      });
    } catch (error) {
      showError(error);
    }
  };

  /** Without a server the work stays on this device. */
  async #saveHere(words: Authored): Promise<void> {
    if (this.protocol?.isMine) {
      this.#keepNow();
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
    this.protocol = null;
    this.doc.markSaved();
    await writeValue(kept, undefined);
    this.#move(`edit/local/${local.id}`);
    showToast({ message: msg('Saved on this device; the server cannot be reached.'), stays: true });
  }

  async #saveOnTop(): Promise<void> {
    if (!this.protocol) return;
    this.busy = true;
    try {
      const newest = await editedProtocol(this.protocol.slug);
      if (newest) this.protocol = newest.protocol;
      await this.#saveAs(this.#words);
    } catch (error) {
      showError(error);
    } finally {
      this.busy = false;
    }
  }

  /** Another address for the same work: the page stays as it is. */
  #move(path: string): void {
    this.#place = path;
    this.#shared = '';
    history.replaceState(null, '', to(path));
    this.dispatchEvent(new Event('nes-title', { bubbles: true, composed: true }));
  }

  #show(dock: Dock): void {
    this.dock = dock;
    this.#fetchPanel(dock).catch(showError);
  }

  /** Panels that most visits do without come when they are opened. */
  async #fetchPanel(dock: Dock): Promise<void> {
    if (dock === 'generate') {
      define('nes-editor-generators', (await import('./generators-panel.ts')).GeneratorsPanel);
    } else if (dock === 'revisions') {
      define('nes-editor-revisions', (await import('./revisions-panel.ts')).RevisionsPanel);
    }
  }

  async #change(work: (id: string) => Promise<AuthoredProtocol>, done: string): Promise<void> {
    this.#closeMenus();
    if (!this.protocol) return;
    try {
      this.protocol = await work(this.protocol.id);
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

  async #delete(): Promise<void> {
    this.#closeMenus();
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

  /** Looks for what can be opened when the menu is. */
  #list = async (event: Event): Promise<void> => {
    if (!(event.target as HTMLDetailsElement).open) return;
    const here = (await localProtocols().catch(() => [])).map((one) => ({
      title: one.title || msg('Untitled'),
      path: `edit/local/${one.id}`,
      where: msg('on this device'),
    }));
    this.own = here;
    const there = (await ownProtocols().catch(() => [])).map((one) => ({
      title: one.title,
      path: `edit/${encodeURIComponent(one.slug)}`,
      where: visibilityName(one.visibility),
    }));
    this.own = [...there, ...here];
  };

  // Places

  async #lead(place: Place): Promise<void> {
    const { program } = this.doc;
    await this.updateComplete;
    const inspector = this.renderRoot.querySelector<Inspector>('nes-editor-inspector');
    const lanes = this.renderRoot.querySelector<Lanes>('nes-editor-lanes');
    if (place.seconds !== null) {
      this.view.movePlayhead(place.seconds);
      this.view.reveal(place.seconds);
    }
    const voice = place.voice === null ? undefined : program.voices[place.voice];
    if (place.voice !== null && voice) {
      const frame = place.keyframe !== null && voice.keyframes[place.keyframe] ? place.keyframe : null;
      this.doc.select(place.voice, frame === null ? new Map() : new Map([[place.voice, [frame]]]));
      const parameter = parameterOfField(place.field);
      if (frame !== null && parameter) this.view.setParameter(place.voice, parameter);
      await inspector?.focusField(frame === null ? 'voice' : 'points', place.field);
    } else if (place.phase !== null) {
      this.phase = place.phase;
      await this.updateComplete;
      await inspector?.focusField('phases', place.field);
    } else if (place.seconds !== null) lanes?.focusLane(this.doc.state.voice);
    else await inspector?.focusField('program', place.field);
  }

  #remedy = (event: RemedyEvent): void => {
    if (event.remedy === 'gain') this.doc.edit(msg('Fit gain'), fitGain);
    else this.doc.edit(msg('Fit phases'), fitPhases);
  };

  #say = (event: LaneSayEvent): void => {
    const region = this.renderRoot.querySelector('.say');
    if (region) region.textContent = event.words;
  };

  #closeMenus = (event?: Event): void => {
    for (const menu of this.renderRoot.querySelectorAll<HTMLDetailsElement>('details.menu[open]')) {
      if (!event?.composedPath().includes(menu)) menu.open = false;
    }
  };

  // Drawing

  protected override render(): TemplateResult {
    if (this.found === 'missing') {
      return html`<div class="lost stack">
        <h1 tabindex="-1">${this.complaint ? msg('This cannot be opened.') : msg('There is nothing to edit here.')}</h1>
        <p class="quiet" role="alert">${this.complaint || msg('It may have been deleted, or it is on another device.')}</p>
        <p><a class="button primary" href=${to('edit/new')}>${msg('Start a new program')}</a></p>
      </div>`;
    }
    if (this.found === 'opening') {
      return html`<div class="loading" role="status"><h1 class="away" tabindex="-1">${msg('Editor')}</h1></div>`;
    }
    return html`
      <h1 class="away" tabindex="-1">${msg('Editor')}</h1>
      ${this.#titleBar()} ${this.#transport()}
      <div
        class="studio"
        @sample-file=${(event: SampleFileEvent) => this.preview.setSample(event.voice, event.file).catch(showError)}
        @lane-seek=${this.#seeked}
        @lane-say=${this.#say}
        @lane-inspect=${() => this.renderRoot.querySelector<Inspector>('nes-editor-inspector')?.focusField('points', 'at')}
        @phase-chosen=${(event: PhaseChosenEvent) => {
          this.phase = event.index;
        }}
      >
        <nes-editor-lanes .doc=${this.doc} .view=${this.view} .phase=${this.phase}></nes-editor-lanes>
        <nes-editor-inspector
          .doc=${this.doc}
          .view=${this.view}
          .phase=${this.phase}
          .forkedFrom=${this.#forkedFrom()}
        ></nes-editor-inspector>
      </div>
      ${this.#dockView()}
      <div class="say away" role="status" aria-live="polite"></div>
      ${this.dropping ? html`<div class="drop">${msg('Drop a file of SBaGen, SynapSeq, Gnaural or JSON')}</div>` : nothing}
    `;
  }

  #forkedFrom(): TemplateResult | null {
    const from = this.protocol?.forkedFrom;
    return from
      ? html`${msg('Forked from')} <a href=${to(`protocols/${encodeURIComponent(from.slug)}`)}>${from.title}</a>,
          ${msg(str`revision ${from.number}`)}`
      : null;
  }

  #status(): string {
    const { protocol } = this;
    if (this.busy) return msg('Saving');
    if (protocol && !protocol.isMine)
      return this.doc.changed ? msg('Saving makes a fork of your own') : msg('Not yours; saving makes a fork');
    if (this.doc.changed)
      return connection.state === 'unkept'
        ? msg('Not saved yet, and kept nowhere')
        : msg('Not saved yet, kept on this device');
    if (protocol) {
      return msg(str`Revision ${protocol.revisionNumber}, ${visibilityName(protocol.visibility)}`);
    }
    return this.#localId ? msg('On this device') : msg('New');
  }

  #titleBar(): TemplateResult {
    const { protocol } = this;
    return html`<div class="bar">
      <input
        class="title"
        aria-label=${msg('Name of the program')}
        placeholder=${msg('Untitled program')}
        maxlength="120"
        .value=${this.doc.draft.title}
        @input=${(event: Event) =>
          this.doc.edit(
            msg('Change the name'),
            changeDraft({ title: (event.target as HTMLInputElement).value }),
            'title',
          )}
      />
      <span class="status">${this.#status()}</span>
      <span class="gap"></span>
      <details class="menu" @toggle=${this.#list}>
        <summary title=${msg('Open')}>${editorIcon('open')} <span class="words">${msg('Open')}</span></summary>
        <div class="items">
          <a href=${to('edit/new')}>${msg('New program')}</a>
          <button ?disabled=${!hasBeat(this.doc.program)} @click=${this.#keepControl}>${msg('Keep a control without the beat')}</button>
          ${this.own.map(
            (one) =>
              html`<a href=${to(one.path)}><span>${one.title}</span> <span class="quiet">${one.where}</span></a>`,
          )}
        </div>
      </details>
      <input type="file" multiple hidden @change=${this.#chosen} />
      <button @click=${this.#choose} title=${msg('Import')}>${editorIcon('upload')} <span class="words">${msg('Import')}</span></button>
      <button @click=${this.#share} title=${msg('Copy a link')}>${icon('share')} <span class="words">${msg('Link')}</span></button>
      <details class="menu">
        <summary title=${msg('Export')}>${icon('download')} <span class="words">${msg('Export')}</span></summary>
        <div class="items">
          <button @click=${() => this.#export('json')}>JSON</button>
          <button @click=${() => this.#export('sbg')}>SBaGen .sbg</button>
          <button @click=${() => this.#export('gnaural')}>Gnaural .gnaural</button>
          <button @click=${this.#exportSound}>${msg('Sound, WAV or FLAC')}</button>
        </div>
      </details>
      ${
        protocol?.isMine
          ? html`<details class="menu">
              <summary>${msg('Protocol')}</summary>
              <div class="items">
                ${
                  protocol.visibility === 'PUBLIC'
                    ? nothing
                    : html`<button @click=${() => this.#change(publishProtocol, msg('Published: everybody can find it.'))}>${msg('Publish')}</button>`
                }
                ${
                  protocol.visibility === 'UNLISTED'
                    ? nothing
                    : html`<button @click=${() => this.#change(unlistProtocol, msg('Unlisted: who has the link can open it.'))}>${msg('Unlist')}</button>`
                }
                <a href=${to(`protocols/${encodeURIComponent(protocol.slug)}`)}>${msg('Open its page')}</a>
                <button class="danger" @click=${() => this.#delete()}>${msg('Delete')}</button>
              </div>
            </details>`
          : nothing
      }
      <button class="primary" ?disabled=${this.busy} @click=${this.#save}>
        ${protocol && !protocol.isMine ? msg('Save as mine') : msg('Save')}
      </button>
    </div>`;
  }

  #transport(): TemplateResult {
    const { doc, view, preview } = this;
    const { durationSeconds } = doc.program;
    return html`<div class="bar transport" role="group" aria-label=${msg('Transport')}>
      <div class="group">
        <button class="square bare" aria-label=${msg('To the start')} title=${msg('To the start')}
          @click=${() => {
            view.movePlayhead(0);
            preview.seek(0);
          }}>${editorIcon('start')}</button>
        <button class="play primary" aria-label=${preview.sounding ? msg('Pause') : msg('Play')} title=${msg('Space')} @click=${this.#play}>
          ${icon(preview.sounding ? 'pause' : 'play')}
        </button>
        <button class="square bare" aria-label=${msg('Stop')} title=${msg('Stop')} @click=${this.#stop}>${icon('stop')}</button>
      </div>
      <div class="readout">
        <span class="position"></span>
        <span class="of">/ ${preciseClock(durationSeconds)}</span>
        <span class="beat"></span>
      </div>
      <div class="meter" role="img" aria-label=${msg('Level of the left and the right ear')} title=${msg('Level of the left and the right ear; in figures the highest of the last two seconds')}>
        <i></i><i></i><span class="most figures" aria-hidden="true">–</span>
      </div>
      <span class="parting"></span>
      <div class="group">
        <button class="square bare" ?disabled=${doc.undoLabel === null} aria-label=${doc.undoLabel ? msg(str`Undo: ${doc.undoLabel}`) : msg('Undo')}
          title=${doc.undoLabel ? msg(str`Undo: ${doc.undoLabel}`) : msg('Undo')} @click=${() => doc.undo()}>${editorIcon('undo')}</button>
        <button class="square bare" ?disabled=${doc.redoLabel === null} aria-label=${doc.redoLabel ? msg(str`Redo: ${doc.redoLabel}`) : msg('Redo')}
          title=${doc.redoLabel ? msg(str`Redo: ${doc.redoLabel}`) : msg('Redo')} @click=${() => doc.redo()}>${editorIcon('redo')}</button>
      </div>
      <span class="parting"></span>
      <div class="group">
        <button class="square bare toggle" aria-pressed=${view.snap ? 'true' : 'false'} aria-label=${msg('Snap to the grid')} title=${msg('Snap to the grid (G); Alt leaves it for one drag')}
          @click=${() => {
            view.snap = !view.snap;
          }}>${editorIcon('magnet')}</button>
        <button class="square bare toggle" aria-pressed=${view.loop ? 'true' : 'false'} aria-label=${msg('Repeat what is chosen')} title=${msg('Repeat what is chosen (L)')}
          @click=${this.#toggleLoop}>${editorIcon('loop')}</button>
        <button class="square bare" aria-label=${msg('Zoom out')} title=${msg('Zoom out (−)')} @click=${() => view.zoom(1 / 0.6)}>${editorIcon('zoomOut')}</button>
        <button class="square bare" aria-label=${msg('Zoom in')} title=${msg('Zoom in (+)')} @click=${() => view.zoom(0.6)}>${editorIcon('zoomIn')}</button>
        <button class="square bare" aria-label=${msg('Show all of it')} title=${msg('Show all of it (0)')} @click=${() => view.fit()}>${editorIcon('fit')}</button>
      </div>
      <span class="gap"></span>
      <details class="menu">
        <summary>${editorIcon('add')} ${msg('Voice')}</summary>
        <div class="items">
          ${VOICE_KINDS.map((kind) => html`<button @click=${() => this.#addVoice(kind)}>${kindLooks[kind].name()}</button>`)}
        </div>
      </details>
    </div>`;
  }

  #addVoice(kind: VoiceKind): void {
    this.#closeMenus();
    this.doc.edit(msg('Add voice'), addVoice(kind));
  }

  #dockView(): TemplateResult {
    const count = this.problems.length;
    const tab = (
      name: Exclude<Dock, ''>,
      label: string,
      badge: TemplateResult | typeof nothing = nothing,
    ): TemplateResult =>
      html`<button
        role="tab"
        id="tab-${name}"
        aria-selected=${this.dock === name ? 'true' : 'false'}
        aria-controls="dock-body"
        @click=${() => this.#show(this.dock === name ? '' : name)}
      >
        ${label} ${badge}
      </button>`;
    return html`<section class="dock" aria-label=${msg('Foot')}>
      <div class="tabs" role="tablist">
        ${tab('problems', msg('Problems'), html`<span class="badge ${count > 0 ? 'bad' : ''}">${count < MOST_ISSUES ? count : `${MOST_ISSUES}+`}</span>`)}
        ${tab('points', msg('Table of points'))}
        ${tab('generate', msg('Generate'))}
        ${this.protocol && !this.protocol.builtIn ? tab('revisions', msg('Revisions')) : nothing}
      </div>
      ${
        this.dock === ''
          ? nothing
          : html`<div
              class="panel-body"
              id="dock-body"
              role="tabpanel"
              tabindex="-1"
              aria-labelledby="tab-${this.dock}"
              @place=${(event: PlaceEvent) => this.#lead(event.place)}
              @remedy=${this.#remedy}
              @restored=${this.#restored}
            >
              ${this.#dockBody()}
            </div>`
      }
    </section>`;
  }

  #dockBody(): TemplateResult | typeof nothing {
    switch (this.dock) {
      case 'problems':
        return html`<nes-editor-problems .problems=${this.problems} .program=${this.doc.program}></nes-editor-problems>`;
      case 'points':
        return html`<nes-editor-points .doc=${this.doc} .view=${this.view}></nes-editor-points>`;
      case 'generate':
        return html`<nes-editor-generators .doc=${this.doc} .view=${this.view}></nes-editor-generators>`;
      case 'revisions':
        return this.protocol
          ? html`<nes-editor-revisions .doc=${this.doc} .view=${this.view} .protocol=${this.protocol}></nes-editor-revisions>`
          : nothing;
      default:
        return nothing;
    }
  }

  #restored = (event: RestoredEvent): void => {
    this.protocol = event.protocol;
    this.doc.markSaved();
    this.#keepNow();
    showToast({ message: msg(str`Restored as revision ${event.protocol.revisionNumber}.`) });
  };

  protected override updated(): void {
    this.#showTime();
    this.preview.loop = this.view.loop;
  }
}

/** One file, or the parts of one sequence. */
async function readFiles(files: readonly File[]): Promise<ProgramFile> {
  return readProgramFiles(
    await Promise.all(
      files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
    ),
  );
}

/** A name for a file, of letters, digits and hyphens. */
function fileName(title: string): string {
  const plain = title
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain || 'program';
}
