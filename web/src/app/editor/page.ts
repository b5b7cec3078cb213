import { msg, str } from '@lit/localize';
import { MOST_ISSUES } from '@nes/program/check.ts';
import type { ProgramFile, VoiceKind } from '@nes/program/model.ts';
import { hasBeat } from '@nes/program/twin.ts';
import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { type AuthoredProtocol, ownProtocols, publishProtocol, unlistProtocol } from '../../data/authoring.ts';
import { connection } from '../../data/connection.ts';
import { localProtocols } from '../../data/protocols.ts';
import { define } from '../../elements/define.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { icon } from '../../elements/icons.ts';
import { base, controls } from '../../styles/base.ts';
import { saveFile } from '../download.ts';
import { visibilityName } from '../names.ts';
import { toldError } from '../program-words.ts';
import { placeNow, to } from '../router.ts';
import type { Page } from '../routes.ts';
import { showError, showToast } from '../toast.ts';
import { addVoice, addVoices, changeDraft, fitGain, fitPhases, newDraft, replaceDraft } from './commands.ts';
import { EditorDocument } from './document.ts';
import { ExportDialog } from './export-dialog.ts';
import { FileDrop } from './file-drop.ts';
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
import { exported, fileName, readFiles, type TextFormat } from './program-files.ts';
import type { NoteEvent, RestoredEvent } from './revisions-panel.ts';
import { TransportBar } from './transport-bar.ts';
import { EditorView } from './view.ts';
import { EditorWork } from './work.ts';

define('nes-editor-lanes', Lanes);
define('nes-editor-inspector', Inspector);
define('nes-editor-problems', ProblemsList);
define('nes-editor-points', PointsTable);
define('nes-editor-import', ImportDialog);
define('nes-editor-export', ExportDialog);

type Dock = '' | 'problems' | 'points' | 'generate' | 'languages' | 'revisions';

/** The check runs at most this often while something is dragged, in milliseconds. */
const CHECK_PACE = 80;
/** A check that takes longer than this would be felt in a drag, in milliseconds. */
const SLOW_CHECK = 8;
/** The editor: voices over time, what is chosen at the right, what is wrong at the foot, the transport on top. */
export class EditorPage extends NesElement implements Page {
  static override styles = [base, controls, styles];

  static override properties: PropertyDeclarations = {
    problems: { state: true },
    dock: { state: true },
    phase: { state: true },
    own: { state: true },
  };

  declare params: Record<string, string>;
  declare protected problems: readonly Problem[];
  declare protected dock: Dock;
  /** The chosen phase, or −1. */
  declare phase: number;
  /** What this person made, on the server and on this device. */
  declare protected own: readonly { title: string; path: string; where: string }[];

  readonly doc = new EditorDocument(newDraft());
  readonly view = new EditorView();
  readonly preview = new Preview();
  readonly work = new EditorWork(this.doc);
  readonly transport = new TransportBar(this);
  readonly #drop = new FileDrop(this, (files) => this.importFiles(files));

  #checking: ReturnType<typeof setTimeout> | undefined;
  #program = this.doc.program;

  constructor() {
    super();
    this.params = {};
    this.problems = [];
    this.dock = '';
    this.phase = -1;
    this.own = [];
    new Follow(this, [connection, this.work]);
    this.work.addEventListener('moved', this.#titled);
    this.doc.addEventListener('change', this.#changed);
    this.view.addEventListener('change', this.#viewChanged);
    this.view.addEventListener('playhead', this.transport.showTime);
    this.preview.addEventListener('change', this.transport.sounded);
  }

  get pageTitle(): string {
    return this.doc.draft.title || msg('Editor');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.#key);
    window.addEventListener('pagehide', this.work.keepNow);
    window.addEventListener('hashchange', this.#anotherLink);
    document.addEventListener('click', this.#closeMenus);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.#key);
    window.removeEventListener('pagehide', this.work.keepNow);
    window.removeEventListener('hashchange', this.#anotherLink);
    document.removeEventListener('click', this.#closeMenus);
    this.transport.close();
    clearTimeout(this.#checking);
    this.work.keepNow();
    this.preview.close();
  }

  protected override willUpdate(): void {
    const { path } = placeNow();
    if (this.work.place !== path) this.#open(path);
  }

  #open(path: string): void {
    const opened = (): void => {
      this.view.setDuration(this.doc.program.durationSeconds);
      this.view.fit();
    };
    this.work.open(path, opened).then(async () => {
      if (this.work.place !== path || this.work.found !== 'here') return;
      this.#titled();
      const handed = takeHanded();
      if (handed.length > 0) await this.importFiles(handed);
    });
  }

  #titled = (): void => {
    this.dispatchEvent(new Event('nes-title', { bubbles: true, composed: true }));
  };

  /** Another shared program was opened in this window. */
  #anotherLink = (): void => {
    if (!location.hash.startsWith('#program=') || location.hash === this.work.shared) return;
    this.work.keepNow();
    this.#open(placeNow().path);
  };

  // What changes

  #changed = (): void => {
    const { program, gesturing } = this.doc;
    if (program !== this.#program) {
      this.#program = program;
      this.view.setDuration(program.durationSeconds);
      if (this.phase >= program.phases.length) this.phase = -1;
      this.transport.showTime();
    }
    // In a silent drag of a very large program the check waits for the end of it.
    const waits = gesturing && !this.preview.sounding && this.#checkCost > SLOW_CHECK;
    if (program !== this.#checked && !waits) this.#checkSoon();
    // While something is dragged the page itself says nothing new.
    if (gesturing) return;
    this.work.keepSoon();
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

  #seeked = (): void => this.preview.seek(this.view.playhead);

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
        this.transport.play();
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
        this.transport.toggleLoop();
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
      showError(toldError(error));
      return;
    }
    const { untouched } = this.work;
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
    const title = this.work.protocol ? this.doc.draft.title : file.title;
    const { program, startClockSeconds } = file;
    this.doc.edit(msg('Import'), replaceDraft({ title, program, startClockSeconds }));
    this.view.setDuration(file.program.durationSeconds);
    this.view.fit();
  }

  async #export(format: TextFormat): Promise<void> {
    this.#closeMenus();
    const { title, program, startClockSeconds } = this.doc.draft;
    const file: ProgramFile = { title, program, startClockSeconds, notes: [] };
    try {
      this.#refuseFaulty();
      const { text, notes } = await exported(format, file);
      saveFile(new Blob([text], { type: 'text/plain' }), `${fileName(title)}.${format}`);
      if (notes.length > 0) {
        const dialog = document.createElement('nes-editor-export') as ExportDialog;
        dialog.name = `${fileName(title)}.${format}`;
        dialog.notes = notes;
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
      showError(toldError(error));
    }
  };

  isSound(): boolean {
    this.problems = problemsOf(this.doc.program);
    if (this.problems.length > 0) this.dock = 'problems';
    return this.problems.length === 0;
  }

  /** @throws where the program is not one */
  #refuseFaulty(): void {
    if (this.isSound()) return;
    throw new Error(msg('Something is wrong with the program; see the foot of the page.'));
  }

  #save = async (): Promise<void> => {
    if (this.work.busy) return;
    if (!this.work.words.title) {
      const field = this.renderRoot.querySelector<HTMLInputElement>('.title');
      field?.focus();
      showToast({ message: msg('Give it a name first.') });
      return;
    }
    try {
      this.#refuseFaulty();
      await this.work.save();
    } catch (error) {
      showError(error);
    }
  };

  #keepControl = async (): Promise<void> => {
    this.#closeMenus();
    try {
      this.#refuseFaulty();
      await this.work.keepControl();
    } catch (error) {
      showError(error);
    }
  };

  #show(dock: Dock): void {
    this.dock = dock;
    this.#fetchPanel(dock).catch(showError);
  }

  /** Panels that most visits do without come when they are opened. */
  async #fetchPanel(dock: Dock): Promise<void> {
    if (dock === 'generate') {
      define('nes-editor-generators', (await import('./generators-panel.ts')).GeneratorsPanel);
    } else if (dock === 'languages') {
      define('nes-editor-languages', (await import('./languages-panel.ts')).LanguagesPanel);
    } else if (dock === 'revisions') {
      define('nes-editor-revisions', (await import('./revisions-panel.ts')).RevisionsPanel);
    }
  }

  #access(work: (id: string) => Promise<AuthoredProtocol>, done: string): void {
    this.#closeMenus();
    this.work.show(work, done);
  }

  #delete = (): void => {
    this.#closeMenus();
    this.work.delete();
  };

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
    if (this.work.found === 'missing') {
      return html`<div class="lost stack">
        <h1 tabindex="-1">${this.work.complaint ? msg('This cannot be opened.') : msg('There is nothing to edit here.')}</h1>
        <p class="quiet" role="alert">${this.work.complaint || msg('It may have been deleted, or it is on another device.')}</p>
        <p><a class="button primary" href=${to('edit/new')}>${msg('Start a new program')}</a></p>
      </div>`;
    }
    if (this.work.found === 'opening') {
      return html`<div class="loading" role="status"><h1 class="away" tabindex="-1">${msg('Editor')}</h1></div>`;
    }
    return html`
      <h1 class="away" tabindex="-1">${msg('Editor')}</h1>
      ${this.#titleBar()} ${this.transport.render()}
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
      ${this.#drop.over ? html`<div class="drop">${msg('Drop a file of SBaGen, SynapSeq, Gnaural or JSON')}</div>` : nothing}
    `;
  }

  #forkedFrom(): TemplateResult | null {
    const from = this.work.protocol?.forkedFrom;
    return from
      ? html`${msg('Forked from')} <a href=${to(`protocols/${encodeURIComponent(from.slug)}`)}>${from.title}</a>,
          ${msg(str`revision ${from.number}`)}`
      : null;
  }

  #status(): string {
    const { protocol } = this.work;
    if (this.work.busy) return msg('Saving');
    if (protocol && !protocol.isMine)
      return this.doc.changed ? msg('Saving makes a fork of your own') : msg('Not yours; saving makes a fork');
    if (this.doc.changed)
      return connection.state === 'unkept'
        ? msg('Not saved yet, and kept nowhere')
        : msg('Not saved yet, kept on this device');
    if (protocol) {
      return msg(str`Revision ${protocol.revisionNumber}, ${visibilityName(protocol.visibility)}`);
    }
    return this.work.onDevice ? msg('On this device') : msg('New');
  }

  #titleBar(): TemplateResult {
    const { protocol } = this.work;
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
                    : html`<button @click=${() => this.#access(publishProtocol, msg('Published: everybody can find it.'))}>${msg('Publish')}</button>`
                }
                ${
                  protocol.visibility === 'UNLISTED'
                    ? nothing
                    : html`<button @click=${() => this.#access(unlistProtocol, msg('Unlisted: who has the link can open it.'))}>${msg('Unlist')}</button>`
                }
                <a href=${to(`protocols/${encodeURIComponent(protocol.slug)}`)}>${msg('Open its page')}</a>
                <button class="danger" @click=${this.#delete}>${msg('Delete')}</button>
              </div>
            </details>`
          : nothing
      }
      <button class="primary" ?disabled=${this.work.busy} @click=${this.#save}>
        ${protocol && !protocol.isMine ? msg('Save as mine') : msg('Save')}
      </button>
    </div>`;
  }

  addVoice(kind: VoiceKind): void {
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
        ${tab('languages', msg('Languages'))}
        ${this.work.protocol && !this.work.protocol.builtIn ? tab('revisions', msg('Revisions')) : nothing}
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
              @note=${(event: NoteEvent) => {
                this.work.note = event.note;
              }}
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
      case 'languages':
        return html`<nes-editor-languages .doc=${this.doc} .view=${this.view}></nes-editor-languages>`;
      case 'revisions':
        return this.work.protocol
          ? html`<nes-editor-revisions .doc=${this.doc} .view=${this.view} .protocol=${this.work.protocol} .note=${this.work.note}></nes-editor-revisions>`
          : nothing;
      default:
        return nothing;
    }
  }

  #restored = (event: RestoredEvent): void => this.work.restored(event.protocol);

  protected override updated(): void {
    this.transport.showTime();
    this.preview.loop = this.view.loop;
  }
}
