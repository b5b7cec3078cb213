import { msg, str } from '@lit/localize';
import { html, nothing, svg, type TemplateResult } from 'lit';
import qrcode from 'qrcode-generator';
import { account } from '../../data/account.ts';
import type { UserError } from '../../data/client.ts';
import { serverNow } from '../../data/clock.ts';
import { type LibraryProtocol, library } from '../../data/library.ts';
import { findProtocol } from '../../data/protocols.ts';
import type { NesSeekEvent } from '../../elements/curve/events.ts';
import '../../elements/curve/nes-curve.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { clock, number, signed } from '../../elements/format.ts';
import { icon } from '../../elements/icons.ts';
import type { Program } from '../../program/model.ts';
import { passAt } from '../../program/values.ts';
import { groupSession } from '../../session/group.ts';
import { playerSession } from '../../session/session.ts';
import { base, controls, page } from '../../styles/base.ts';
import { beatsBetweenEars, mayPlay } from '../play.ts';
import { go, placeNow, to } from '../router.ts';
import type { Page } from '../routes.ts';
import { showError, showToast } from '../toast.ts';
import { styles } from './group-page.styles.ts';

type Member = NonNullable<typeof groupSession.value>['members'][number];

const nameKey = 'nes-group-name';

function keptName(): string {
  try {
    return localStorage.getItem(nameKey) ?? '';
  } catch {
    return '';
  }
}

function keepName(name: string): void {
  try {
    localStorage.setItem(nameKey, name);
  } catch {
    // The name is then typed again the next time.
  }
}

/** One session that many hear in step: start one, join one, be in one. */
export class GroupPage extends NesElement implements Page {
  static override styles = [base, controls, page, styles];

  static override properties = {
    params: { attribute: false },
    errors: { state: true },
    busy: { state: true },
    chosen: { state: true },
    protocols: { state: true },
    position: { state: true },
  };

  declare params: Record<string, string>;
  declare protected errors: readonly UserError[];
  declare protected busy: boolean;
  declare protected chosen: LibraryProtocol | null;
  declare protected protocols: readonly LibraryProtocol[];
  declare protected position: number;

  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.params = {};
    this.errors = [];
    this.busy = false;
    this.chosen = null;
    this.protocols = [];
    this.position = 0;
    new Follow(this, [groupSession, playerSession, account]);
  }

  get pageTitle(): string {
    return groupSession.value ? groupSession.value.revision.title : msg('Together');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.#tick(), 250);
    groupSession.addEventListener('over', this.#over);
    groupSession.addEventListener('host', this.#becameHost);
    this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    groupSession.removeEventListener('over', this.#over);
    groupSession.removeEventListener('host', this.#becameHost);
  }

  async #load(): Promise<void> {
    try {
      this.protocols = (await library()).filter(({ controlOfSlug }) => !controlOfSlug);
      const slug = placeNow().query.get('with');
      // What people most often sit down to together; the list itself begins with 40 Hz.
      const usual =
        this.protocols.find((one) => one.category === 'MEDITATION' && beatsBetweenEars(one)) ?? this.protocols[0];
      this.chosen = slug ? await findProtocol(slug) : (usual ?? null);
    } catch (error) {
      showError(error);
    }
  }

  #tick(): void {
    const group = groupSession.value;
    if (!group) return;
    if (groupSession.listening && playerSession.state === 'playing') this.position = playerSession.positionSeconds();
    else if (group.state === 'PLAYING') {
      this.position = group.positionSeconds + Math.max(0, serverNow() - Date.parse(group.positionAt)) / 1000;
    } else this.position = group.positionSeconds;
  }

  protected override render(): TemplateResult {
    if (groupSession.value) return this.#room();
    return this.#door();
  }

  // --- outside ---------------------------------------------------------------------------------------------------

  #door(): TemplateResult {
    const { code } = this.params;
    const name = account.viewer?.displayName || keptName();
    const named = html`<label class="field">
      ${msg('Your name, as the others see it')}
      <input name="name" required maxlength="40" autocomplete="nickname" .value=${name} />
    </label>`;
    const problem = this.errors[0] ? html`<p class="wrong" role="alert">${this.errors[0].message}</p>` : nothing;
    return html`<header>
        <h1 tabindex="-1">${msg('Together')}</h1>
        <p class="quiet">${msg('One session on many devices, in step.')}</p>
      </header>
      <div class="doors">
        <form class="panel stack" @submit=${this.#join}>
          <h2>${msg('Join')}</h2>
          <label class="field">
            ${msg('Code')}
            <input
              class="code-field"
              name="code"
              required
              minlength="6"
              maxlength="6"
              autocomplete="off"
              autocapitalize="characters"
              spellcheck="false"
              .value=${code ?? ''}
            />
          </label>
          ${named} ${problem}
          <button class="primary" ?disabled=${this.busy}>${msg('Join')}</button>
        </form>
        ${
          code
            ? nothing
            : html`<form class="panel stack" @submit=${this.#create}>
                <h2>${msg('Host')}</h2>
                <label class="field">
                  ${msg('Protocol')}
                  <select @change=${(event: Event) => this.#choose((event.target as HTMLSelectElement).value)}>
                    ${this.#options()}
                  </select>
                </label>
                ${this.chosen ? html`<nes-curve .program=${this.chosen.program}></nes-curve>` : nothing}
                ${
                  account.viewer?.displayName
                    ? nothing
                    : html`<label class="field">
                        ${msg('Your name, as the others see it')}
                        <input name="host" required maxlength="40" autocomplete="nickname" .value=${name} />
                      </label>`
                }
                <button class="primary" ?disabled=${this.busy || !this.chosen}>${msg('Open a group')}</button>
              </form>`
        }
      </div>`;
  }

  #options(): TemplateResult[] {
    const all =
      this.chosen && !this.protocols.includes(this.chosen) ? [this.chosen, ...this.protocols] : [...this.protocols];
    return all.map(
      (protocol) =>
        html`<option value=${protocol.slug} ?selected=${protocol === this.chosen}>${protocol.title}</option>`,
    );
  }

  #choose(slug: string): void {
    this.chosen = this.protocols.find((protocol) => protocol.slug === slug) ?? this.chosen;
  }

  #join = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const code = String(form.get('code') ?? '')
      .trim()
      .toUpperCase();
    const name = String(form.get('name') ?? '').trim();
    this.#enter(name, () => groupSession.join(code, name));
  };

  #create = (event: SubmitEvent): void => {
    event.preventDefault();
    const { chosen } = this;
    if (!chosen) return;
    const form = new FormData(event.target as HTMLFormElement);
    const name = String(form.get('host') ?? account.viewer?.displayName ?? '').trim();
    this.#enter(name, () => groupSession.create(chosen.revisionId, name));
  };

  async #enter(name: string, work: () => Promise<readonly UserError[]>): Promise<void> {
    this.busy = true;
    this.errors = [];
    keepName(name);
    try {
      this.errors = await work();
      const code = groupSession.value?.code;
      if (code) {
        window.history.replaceState(null, '', to(`group/${code}`));
        this.dispatchEvent(new Event('nes-title', { bubbles: true, composed: true }));
      }
    } catch {
      showToast({ message: msg('The server cannot be reached. A group needs it; a session alone does not.') });
    }
    this.busy = false;
  }

  // --- inside ----------------------------------------------------------------------------------------------------

  #room(): TemplateResult {
    const group = groupSession.value;
    if (!group) return html``;
    const program = group.revision.program as Program;
    const host = groupSession.isHost;
    const playing = group.state === 'PLAYING';
    const within = passAt(program, this.position);
    const link = new URL(to(`group/${group.code}`), location.origin).href;
    return html`<header class="room">
        <div>
          <h1 tabindex="-1">${group.revision.title}</h1>
          <p class="quiet figures" role="status">
            ${group.state === 'WAITING' ? (host ? msg('Not begun') : msg('Waiting for the host')) : playing ? msg('Playing') : msg('Paused')} ·
            ${clock(this.position)} / ${clock(program.durationSeconds)}
          </p>
        </div>
        <div class="row">
          ${
            groupSession.listening
              ? html`<button @click=${() => groupSession.silence()}>${icon('volume')} ${msg('Stop listening')}</button>`
              : html`<button class="primary" @click=${this.#listen}>${icon('headphones')} ${msg('Listen along')}</button>`
          }
          <button @click=${this.#leave}>${msg('Leave')}</button>
        </div>
      </header>
      <nes-curve
        class="hero"
        mode=${host ? 'seek' : 'read'}
        chapters
        .program=${program}
        .position=${within.seconds}
        label=${msg('Position')}
        @nes-seek=${(event: NesSeekEvent) => this.#act(groupSession.seek(within.pass * program.durationSeconds + event.seconds))}
      ></nes-curve>
      ${host ? this.#hostKeys(playing, group.locked) : nothing}
      <div class="columns">
        <section class="panel invite" aria-labelledby="invite">
          <h2 id="invite">${msg('Come in with')}</h2>
          <p class="code" aria-label=${group.code.split('').join(' ')}>${group.code}</p>
          ${qr(link)}
          <button @click=${() => this.#share(link)}>${icon('share')} ${msg('Copy the link')}</button>
        </section>
        <section class="panel people" aria-labelledby="people">
          <h2 id="people">${msg(str`${number(group.memberCount)} here`)}</h2>
          ${this.#circle(group.members, host ? (group.spreadMilliseconds ?? null) : null)}
          <ul role="list">
            ${group.members.map((member) => this.#member(member, host))}
          </ul>
        </section>
      </div>`;
  }

  #hostKeys(playing: boolean, locked: boolean): TemplateResult {
    return html`<div class="row keys">
      <button class="primary" @click=${() => (playing ? this.#act(groupSession.pause()) : this.#play())}>
        ${icon(playing ? 'pause' : 'play')} ${playing ? msg('Pause for all') : msg('Play for all')}
      </button>
      <button @click=${() => this.#act(groupSession.lock(!locked))}>
        ${locked ? msg('Let people in') : msg('Let nobody else in')}
      </button>
      <button class="danger" @click=${() => this.#act(groupSession.end())}>${icon('stop')} ${msg('End for all')}</button>
    </div>`;
  }

  /** Everybody as a dot on a circle; who sounds late stands outside of it, who sounds early inside. */
  #circle(members: readonly Member[], spread: number | null): TemplateResult {
    const dots = members.map((member, index) => {
      const angle = (index / members.length) * 2 * Math.PI - Math.PI / 2;
      const off = Math.max(-22, Math.min(22, (member.offsetMilliseconds ?? 0) * 0.6));
      const radius = 80 + off;
      const x = 110 + radius * Math.cos(angle);
      const y = 110 + radius * Math.sin(angle);
      const mine = member.id === groupSession.memberId;
      return svg`<circle class="dot ${member.present ? '' : 'gone'} ${mine ? 'mine' : ''}" cx=${x} cy=${y} r=${member.isHost ? 8 : 6}></circle>`;
    });
    const sentence =
      spread === null
        ? msg(str`${number(members.length)} people in a circle.`)
        : msg(str`${number(members.length)} people, ${number(spread, 1)} milliseconds apart at most.`);
    return html`<svg class="circle" viewBox="0 0 220 220" role="img" aria-label=${sentence}>
      <circle class="way" cx="110" cy="110" r="80"></circle>
      ${dots}
      ${
        spread === null
          ? nothing
          : svg`<text class="spread" x="110" y="112">${number(spread, spread < 10 ? 1 : 0)}</text>
              <text class="unit" x="110" y="130">${msg('ms apart')}</text>`
      }
    </svg>`;
  }

  #member(member: Member, host: boolean): TemplateResult {
    const mine = member.id === groupSession.memberId;
    const words = [
      member.isHost ? msg('host') : '',
      mine ? msg('you') : '',
      member.present ? '' : msg('away'),
      typeof member.offsetMilliseconds === 'number' ? `${signed(member.offsetMilliseconds)} ms` : '',
    ].filter(Boolean);
    return html`<li>
      <span>${member.name} <span class="quiet small figures">${words.join(', ')}</span></span>
      ${
        host && !mine
          ? html`<span class="row">
              <button class="chip" @click=${() => this.#act(groupSession.handOver(member.id))} aria-label=${msg(str`Make ${member.name} the host`)}>
                ${msg('Make host')}
              </button>
              <button class="chip" @click=${() => this.#act(groupSession.kick(member.id))} aria-label=${msg(str`Send ${member.name} out`)}>
                ${msg('Send out')}
              </button>
            </span>`
          : nothing
      }
    </li>`;
  }

  /** Lets this device sound, after what must be asked before sound. */
  #listen = async (): Promise<void> => {
    const program = groupSession.value?.revision.program as Program | undefined;
    if (!program) return;
    try {
      if (await mayPlay(beatsBetweenEars({ program }))) await groupSession.listen();
    } catch (error) {
      showError(error);
    }
  };

  /** A host who lets all play hears it too: the touch that browsers want before sound is this one. */
  #play = async (): Promise<void> => {
    if (!groupSession.listening) await this.#listen();
    this.#act(groupSession.play());
  };

  #over = (): void => {
    const message =
      groupSession.over === 'ended' ? msg('The group has ended.') : msg('You are no longer in the group.');
    showToast({ message, stays: true });
    go('group', true);
  };

  #becameHost = (): void => showToast({ message: msg('You are the host now.') });

  /** What is heard at a moment of `performance.now()`: played second, beat in Hz, its phase from 0 to 1. Null in silence. */
  heard(now: number = performance.now()): { seconds: number; beatHz: number; beatPhase: number } | null {
    if (!groupSession.listening || playerSession.state !== 'playing') return null;
    const beat = playerSession.beat(now);
    return {
      seconds: playerSession.positionSeconds(now),
      beatHz: beat?.beatHz ?? 0,
      beatPhase: beat?.beatPhase ?? 0,
    };
  }

  #leave = async (): Promise<void> => {
    try {
      await groupSession.leave();
    } catch {
      // The server notices by itself that this device is gone.
    }
    go('group', true);
  };

  #act(work: Promise<readonly UserError[]>): void {
    work
      .then(([problem]) => {
        if (problem) showToast({ message: problem.message });
      })
      .catch(showError);
  }

  async #share(link: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(link);
      showToast({ message: msg('The link is in the clipboard.') });
    } catch {
      showToast({ message: link, stays: true });
    }
  }
}

/** The link as a QR code: one path, dark on light in both themes, as cameras want it. */
function qr(text: string): TemplateResult {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  let path = '';
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++)
      if (code.isDark(row, column)) path += `M${column + 4} ${row + 4}h1v1h-1z`;
  }
  return html`<svg class="qr" viewBox="0 0 ${size + 8} ${size + 8}" role="img" aria-label=${msg('QR code of the link')}>
    <rect class="qr-ground" width=${size + 8} height=${size + 8} rx="2"></rect>
    <path class="qr-dark" d=${path}></path>
  </svg>`;
}
