import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { Player } from '../../audio/player.ts';
import { account } from '../../data/account.ts';
import { type Answer, answer, blockRates } from '../../eeg/answer.ts';
import { assemble, type Captured } from '../../eeg/capture.ts';
import { hasBluetooth, MuseTransport } from '../../eeg/devices/bluetooth.ts';
import { CytonTransport, hasSerial } from '../../eeg/devices/serial.ts';
import { SocketTransport } from '../../eeg/devices/socket.ts';
import type { Transport } from '../../eeg/devices/transport.ts';
import { Recorder } from '../../eeg/recorder.ts';
import type { Recording } from '../../eeg/recording.ts';
import { measurementRun, type Run, tuningRun } from '../../eeg/run.ts';
import { deleteRecording, loadRecording, type StoredRecording, storedRecordings } from '../../eeg/store.ts';
import { NesElement, nextTask } from '../../elements/element.ts';
import { clock, number, percent } from '../../elements/format.ts';
import { playerSession } from '../../session/session.ts';
import { base, controls, page } from '../../styles/base.ts';
import { saveFile } from '../download.ts';
import { mayPlay } from '../play.ts';
import type { Page } from '../routes.ts';
import { showError, showToast } from '../toast.ts';
import { head } from './head.ts';
import { keptInput } from './kept.ts';
import { styles } from './measure-page.styles.ts';
import { answerHeading, channelWords, leftOutWords, lossWords } from './words.ts';

const BLOCKS = 24;
const SILENCE_SECONDS = 120;
/** The experiment: these rates around the chosen one, as often each. */
const STEPS_HZ = [-4, -2, 0, 2, 4];
const BLOCKS_EACH = 4;
/** Above, the sound's own level leaves no doubt; a start is never sudden, the run fades in by its silence. */
const VOLUME = 0.35;
const HEARD_EVERY_MS = 500;

/** What a run was made of and what came out. */
export interface Result {
  /** Name in the store; empty for a file that was opened. */
  name: string;
  recording: Recording;
  captured?: Captured;
  answer?: Answer;
  /** What the experiment says, where it is one. */
  tuned?: () => TemplateResult;
}

/** Measure: is the brain following? Nothing of a signal leaves the device; nothing moves by it while one listens. */
export class MeasurePage extends NesElement implements Page {
  static override styles = [base, controls, page, styles];

  static override properties = {
    step: { state: true },
    recorder: { state: true },
    result: { state: true },
    stored: { state: true },
    left: { state: true },
    kept: { state: true },
    signedIn: { state: true },
  };

  declare params: Record<string, string>;
  declare protected step: 'choose' | 'wear' | 'running' | 'computing' | 'answer';
  declare protected recorder: Recorder | null;
  declare protected result: Result | null;
  declare protected stored: readonly StoredRecording[];
  /** Seconds until the run ends. */
  declare protected left: number;
  /** The answer that is shown was sent to the history. */
  declare protected kept: boolean;
  declare protected signedIn: boolean;
  /** A run that something else fixed: its rate, its blocks, its silence; null lets the person choose. */
  protected readonly fixed: { rateHz: number; blocks: number; silenceSeconds: number } | null = null;

  #player: Player | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #run: Run | null = null;
  #name = '';

  constructor() {
    super();
    this.params = {};
    this.step = 'choose';
    this.recorder = null;
    this.result = null;
    this.stored = [];
    this.left = 0;
    this.kept = false;
    this.signedIn = false;
  }

  get pageTitle(): string {
    return msg('Measure');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.#key);
    void this.#list();
    void account.ready.then(() => {
      this.signedIn = account.viewer !== null;
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.#key);
    clearInterval(this.#timer);
    this.#player?.dispose();
    void this.recorder?.close();
  }

  protected override render(): TemplateResult {
    return html`<h1>${msg('Is the brain following?')}</h1>
      ${this.renderStep()}`;
  }

  protected renderStep(): TemplateResult {
    switch (this.step) {
      case 'choose':
        return this.renderStart();
      case 'wear':
        return this.#wear();
      case 'running':
        return this.#running();
      case 'computing':
        return html`<section class="running" aria-live="polite"><p>${msg('Computing the answer …')}</p></section>`;
      case 'answer':
        return this.renderAnswer();
    }
  }

  /** Devices and files; what a recording is made with. */
  protected renderStart(): TemplateResult {
    return this.#choose();
  }

  protected renderAnswer(): TemplateResult {
    return this.#answer();
  }

  protected devices(): TemplateResult {
    const no = !hasBluetooth() || !hasSerial();
    return html`
      <div class="row">
        <button class="primary" ?disabled=${!hasBluetooth()} @click=${() => this.connect(new MuseTransport())}>${msg('Connect a Muse')}</button>
        <button ?disabled=${!hasSerial()} @click=${() => this.connect(new CytonTransport())}>${msg('Connect an OpenBCI Cyton')}</button>
        <button @click=${() => this.connect(new SocketTransport())}>${msg('Connect a bridge')}</button>
      </div>
      ${
        no
          ? html`<p class="quiet small">${msg('This browser lacks Web Bluetooth or Web Serial; Chromium browsers have them. A bridge on this computer and files work everywhere.')}</p>`
          : nothing
      }
    `;
  }

  #choose(): TemplateResult {
    return html`<div class="columns">
      <div class="main">
        <section>
          <p>
            ${msg('An EEG headband can show whether an electrode keeps step with a beat. Two minutes of silence, then six minutes of one sound, in which the beat comes and goes in an order that nobody is told. The answer comes at the end, never before.')}
          </p>
          ${this.devices()}
        </section>
        <form @submit=${this.#open}>
          <section>
            <h2>${msg('A recording from a file')}</h2>
            <p class="quiet">${msg('EDF, BDF, BrainVision, XDF, CSV of muse-lsl or Mind Monitor, OpenBCI text. It is read here and sent nowhere.')}</p>
            <div class="row">
              <label class="field">${msg('Files')} <input name="files" type="file" multiple required /></label>
              <label class="field">${msg('Beat, Hz')} <input name="rate" type="number" min="0.5" max="100" step="any" /></label>
              <label class="field">${msg('Marker')} <input name="marker" type="text" /></label>
              <button>${msg('Answer')}</button>
            </div>
            <p class="quiet small">
              ${msg('Recordings made here know their beat. With a marker, the three seconds after each are trials whose phase is unknown.')}
            </p>
          </section>
        </form>
      </div>
      <section>
        <h2>${msg('Recordings on this device')}</h2>
        ${
          this.stored.length === 0
            ? html`<p class="quiet">${msg('None yet. They stay on this device until you delete them.')}</p>`
            : html`<ul class="stored" role="list">
                ${this.stored.map(
                  ({ name, bytes }) => html`<li>
                    <span>${name.replace('T', ' ')} <span class="quiet small">${number(bytes / 1e6, 1)} MB</span></span>
                    <span class="row">
                      <button @click=${() => this.#show(name)}>${msg('Open')}</button>
                      <button class="danger" @click=${() => this.#remove(name)}>${msg('Delete')}</button>
                    </span>
                  </li>`,
                )}
              </ul>`
        }
      </section>
    </div>`;
  }

  #wear(): TemplateResult {
    const { recorder } = this;
    if (!recorder) return html``;
    const faults = recorder.faults();
    const ready = recorder.channels.map((_, index) => (index < faults.length ? faults[index] : 'waiting'));
    const good = recorder.state === 'connected' && ready.some((fault) => fault === undefined);
    return html`<div class="columns">
      <section aria-live="off">${head(recorder.channels, ready)}</section>
      <form @submit=${this.#begin}>
        <section>
          <h2>${msg('Does it sit well?')}</h2>
          <p>${msg('Wet the electrodes a little, push hair aside, sit still. Every electrode that touches counts by itself.')}</p>
          <p class="quiet" aria-live="polite">
            ${recorder.device?.name} ${recorder.batteryPercent === undefined ? nothing : html`· ${msg('battery')} ${percent(recorder.batteryPercent / 100)}`}
            ${recorder.state === 'reconnecting' ? msg('The connection was lost; connecting again …') : nothing}
          </p>
          ${this.fixed ? nothing : this.#choices()}
          <div class="row">
            <button type="button" @click=${this.leave}>${msg('Back')}</button>
            <button class="primary" ?disabled=${!good}>${msg('Begin')}</button>
          </div>
          <p class="quiet small">${msg('You can stop at any time; what was heard until then counts. Esc is silent at once.')}</p>
        </section>
      </form>
    </div>`;
  }

  #choices(): TemplateResult {
    return html`
      <label class="field">${msg('Beat, Hz')} <input name="rate" type="number" min="4" max="60" step="any" value="40" required /></label>
      <label class="check"><input name="away" type="checkbox" /> ${msg('Control: the earphones lie beside me. What still follows is pick-up.')}</label>
      <label class="check"
        ><input name="tuning" type="checkbox" /> ${msg('Experiment: five rates around this one, to see where the response is largest.')}</label
      >
    `;
  }

  #running(): TemplateResult {
    const lost = this.recorder?.state === 'reconnecting';
    return html`<section class="running">
      <p>${msg('Sit still, eyes open, look at one point. Nothing is to be done.')}</p>
      <p class="time" role="timer">${clock(this.left)}</p>
      <p aria-live="assertive">${lost ? msg('The connection was lost; connecting again. The gap is marked.') : nothing}</p>
      <button @click=${() => this.#finish()}>${msg('Stop')}</button>
    </section>`;
  }

  #answer(): TemplateResult {
    const { result } = this;
    if (!result) return html``;
    const { answer: found, tuned, captured } = result;
    const notes = captured ? [lossWords(captured.losses) ?? []].flat() : result.recording.notes;
    return html`<div class="columns">
      <section aria-live="polite">
        ${
          found
            ? html`<h2>${answerHeading(found)}</h2>
                ${captured?.earphonesAway ? html`<p>${msg('The earphones were away from the ears: what follows here is pick-up, not a response.')}</p>` : nothing}
                <ul class="answers" role="list">
                  ${found.channels.map((one) => html`<li class=${one.verdict}><b>${one.name}</b> <span>${channelWords(one)}</span></li>`)}
                </ul>
                <p class="quiet small">${leftOutWords(found)}</p>`
            : nothing
        }
        ${tuned?.() ?? nothing}
        ${notes.map((note) => html`<p class="quiet small">${note}</p>`)}
      </section>
      <section>
        <p class="quiet">
          ${msg('An electrode that follows is not yet a brain that follows: muscles behind the ear and pick-up do it too. Measure once with the earphones away from the ears. No answer says anything about a state of mind or a benefit.')}
        </p>
        ${
          captured && found
            ? html`<p class="quiet small">${msg('Kept is what stands on the left: each electrode’s answer, the beat and the device’s name. The signal stays here.')}</p>`
            : nothing
        }
        <div class="row">
          ${
            captured
              ? html`<button @click=${() => this.#export('edf')}>${captured.bits > 16 ? msg('Save as BDF+') : msg('Save as EDF+')}</button>
                  <button @click=${() => this.#export('bids')}>${msg('Save as BIDS')}</button>`
              : nothing
          }
          ${
            captured && found && this.signedIn
              ? html`<button ?disabled=${this.kept} @click=${() => this.#keep(captured, found)}>
                  ${this.kept ? msg('Kept in the history') : msg('Keep this answer in my history')}
                </button>`
              : nothing
          }
          ${result.name ? html`<button class="danger" @click=${() => this.#remove(result.name)}>${msg('Delete the recording')}</button>` : nothing}
          <button @click=${this.leave}>${msg('Done')}</button>
        </div>
      </section>
    </div>`;
  }

  async #list(): Promise<void> {
    try {
      this.stored = await storedRecordings();
    } catch {
      // No private file system: recordings cannot be kept, and recording says so itself.
      this.stored = [];
    }
  }

  /** Connects a device and goes to the check of how it sits. */
  async connect(transport: Transport): Promise<void> {
    const recorder = new Recorder(transport);
    try {
      await recorder.connect();
      recorder.addEventListener('change', () => {
        if (recorder.failure) showError(recorder.failure);
        recorder.failure = undefined;
        this.requestUpdate();
      });
      this.recorder = recorder;
      this.step = 'wear';
      clearInterval(this.#timer);
      this.#timer = setInterval(() => this.requestUpdate(), 1000);
    } catch (error) {
      // Nobody chose a device: nothing to tell.
      if ((error as DOMException).name !== 'NotFoundError') showError(error);
    }
  }

  #begin = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { recorder } = this;
    const fields = new FormData(event.target as HTMLFormElement);
    const { rateHz, blocks, silenceSeconds } = this.fixed ?? {
      rateHz: Number(fields.get('rate')),
      blocks: BLOCKS,
      silenceSeconds: SILENCE_SECONDS,
    };
    if (!recorder || !(rateHz > 0)) return;
    try {
      if (!(await mayPlay(true))) return;
      playerSession.pause();
      const seed = crypto.getRandomValues(new Uint32Array(1))[0] as number;
      const run = fields.has('tuning')
        ? tuningRun(
            STEPS_HZ.map((step) => rateHz + step),
            BLOCKS_EACH,
            seed,
          )
        : measurementRun(rateHz, blocks, silenceSeconds, seed);
      const player = new Player();
      player.load(run.program);
      player.setVolume(VOLUME);
      this.#run = run;
      this.#player = player;
      this.#name = recorder.record({
        type: 'run',
        blocks: run.blocks,
        program: run.program,
        startedAt: new Date().toISOString(),
        earphonesAway: fields.has('away'),
      });
      player.addEventListener('ended', () => void this.#finish());
      await player.play();
      this.left = run.program.durationSeconds;
      this.step = 'running';
      clearInterval(this.#timer);
      this.#timer = setInterval(this.#heard, HEARD_EVERY_MS);
    } catch (error) {
      await recorder.stop().catch(() => {});
      showError(error);
    }
  };

  #heard = (): void => {
    const player = this.#player;
    if (!player || !this.#run) return;
    const heardSeconds = player.heardSeconds();
    if (player.state === 'playing' && heardSeconds > 0) this.recorder?.note({ type: 'heard', heardSeconds });
    // Whole seconds: nothing moves by what is measured.
    this.left = Math.max(0, Math.ceil(this.#run.program.durationSeconds - heardSeconds));
  };

  #key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || this.step !== 'running') return;
    this.#player?.emergencyStop();
    void this.#finish();
  };

  async #finish(): Promise<void> {
    if (this.step !== 'running') return;
    this.step = 'computing';
    clearInterval(this.#timer);
    this.#player?.stop(0.5);
    try {
      await this.recorder?.stop();
      await this.#show(this.#name);
    } catch (error) {
      showError(error);
      this.step = 'wear';
    } finally {
      this.#player?.dispose();
      this.#player = null;
    }
  }

  async #show(name: string): Promise<void> {
    this.step = 'computing';
    await nextTask();
    try {
      const captured = assemble(await loadRecording(name));
      this.kept = false;
      this.result = { name, captured, recording: captured.recording, ...(await this.#ask(captured.recording)) };
      this.step = 'answer';
    } catch (error) {
      showError(error);
      this.step = 'choose';
    }
  }

  /** The answer that a recording of our own holds. */
  async #ask(recording: Recording): Promise<Pick<Result, 'answer' | 'tuned'>> {
    if (blockRates(recording).length < 2) return { answer: answer([recording], {}) };
    const [{ tuning }, { tunedView }] = await Promise.all([import('../../eeg/tuning.ts'), import('./tuned.ts')]);
    const found = tuning(recording);
    return { tuned: () => tunedView(found) };
  }

  #open = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const files = fields.getAll('files').filter((one): one is File => one instanceof File);
    const rate = String(fields.get('rate') ?? '').trim();
    const marker = String(fields.get('marker') ?? '').trim();
    try {
      const [{ readEeg }, { inWords }] = await Promise.all([
        import('../../eeg/read/read.ts'),
        import('../in-words.ts'),
      ]);
      const bytesOf = async (file: File) => new Uint8Array(await file.arrayBuffer());
      const beside = async (name: string) => {
        const found = files.find((file) => file.name === name);
        return found && (await bytesOf(found));
      };
      // The data and the markers of a BrainVision set come with its header.
      const sets = files.some(({ name }) => name.endsWith('.vhdr'));
      const main = files.filter(({ name }) => !sets || name.endsWith('.vhdr'));
      const recordings: Recording[] = [];
      for (const file of main) {
        try {
          const read = await readEeg(await bytesOf(file), beside);
          recordings.push({ ...read, notes: await Promise.all(read.notes.map(inWords)) });
        } catch (error) {
          throw new Error(`${file.name}: ${error instanceof Error ? error.message : error}`);
        }
      }
      const [first] = recordings;
      if (!first) throw new Error(msg('Choose a file first.'));
      // Where a file is none, the form stays as it was filled in.
      this.step = 'computing';
      await nextTask();
      const own = rate === '' && marker === '' && recordings.length === 1;
      const asked = own
        ? await this.#ask(first)
        : {
            answer: answer(recordings, { rateHz: rate === '' ? undefined : Number(rate), marker: marker || undefined }),
          };
      this.result = { name: '', recording: first, ...asked };
      this.step = 'answer';
    } catch (error) {
      showError(error);
      this.step = 'choose';
    }
  };

  async #export(kind: 'edf' | 'bids'): Promise<void> {
    const { captured, name } = this.result ?? {};
    if (!captured) return;
    try {
      const options = {
        startedAt: new Date(captured.startedAt ?? 0),
        device: captured.device.name,
        bits: captured.bits,
        stepMicrovolts: captured.stepMicrovolts,
      };
      if (kind === 'edf') {
        const { writeEdf } = await import('../../eeg/write/edf.ts');
        const bytes = writeEdf(captured.recording, options) as Uint8Array<ArrayBuffer>;
        saveFile(new Blob([bytes]), `${name}.${captured.bits > 16 ? 'bdf' : 'edf'}`);
        return;
      }
      const [{ writeBids }, { zipSync }] = await Promise.all([import('../../eeg/write/bids.ts'), import('fflate')]);
      const lineHz = Intl.DateTimeFormat().resolvedOptions().timeZone.startsWith('America/') ? 60 : 50;
      const files = writeBids(captured.recording, { ...options, kind: captured.device.kind, lineHz });
      saveFile(new Blob([zipSync(files) as Uint8Array<ArrayBuffer>], { type: 'application/zip' }), `${name}-bids.zip`);
    } catch (error) {
      showError(error);
    }
  }

  /** Pressing the button is the consent; its text says what is kept. */
  async #keep(captured: Captured, found: Answer): Promise<void> {
    try {
      const { keepResponse } = await import('../../data/responses.ts');
      await keepResponse(keptInput(captured, found));
      this.kept = true;
    } catch (error) {
      showError(error);
    }
  }

  async #remove(name: string): Promise<void> {
    if (!confirm(msg('Delete this recording? It exists nowhere else.'))) return;
    try {
      await deleteRecording(name);
      showToast({ message: msg('The recording is deleted.') });
      if (this.result?.name === name) this.leave();
      await this.#list();
    } catch (error) {
      showError(error);
    }
  }

  protected leave = (): void => {
    clearInterval(this.#timer);
    void this.recorder?.close();
    this.recorder = null;
    this.result = null;
    this.step = 'choose';
    void this.#list();
  };
}
