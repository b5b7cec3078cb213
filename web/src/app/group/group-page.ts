import { msg, str } from '@lit/localize';
import { html, nothing, svg, type TemplateResult } from 'lit';
import { account } from '../../data/account.ts';
import { apiAddress } from '../../data/address.ts';
import type { UserError } from '../../data/client.ts';
import { ask } from '../../data/client.ts';
import { serverNow } from '../../data/clock.ts';
import { GroupInvitationDocument, type GroupInvitationQuery } from '../../data/generated/group.ts';
import { type LibraryProtocol, library } from '../../data/library.ts';
import { keepPastGroup, type PastGroup, pastGroups } from '../../data/past-groups.ts';
import { findProtocol } from '../../data/protocols.ts';
import type { NesSeekEvent } from '../../elements/curve/events.ts';
import '../../elements/curve/nes-curve.ts';
import type { Program } from '@nes/program/model.ts';
import { passAt } from '@nes/program/values.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { clock, date, duration, isOne, number, signed, time } from '../../elements/format.ts';
import { icon } from '../../elements/icons.ts';
import { groupSession } from '../../session/group.ts';
import { playerSession } from '../../session/session.ts';
import { base, controls, page } from '../../styles/base.ts';
import { beatsBetweenEars, mayPlay } from '../play.ts';
import { qr } from '../qr.ts';
import { go, placeNow, to } from '../router.ts';
import type { Page } from '../routes.ts';
import { showError, showToast } from '../toast.ts';
import { volumeSlider } from '../volume-slider.ts';
import { nextTime, secondsToStart } from './countdown.ts';
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
    invitation: { state: true },
    past: { state: true },
  };

  declare params: Record<string, string>;
  declare protected errors: readonly UserError[];
  declare protected busy: boolean;
  declare protected chosen: LibraryProtocol | null;
  declare protected protocols: readonly LibraryProtocol[];
  declare protected position: number;
  /** Who invites to what, as far as the server says it. */
  declare protected invitation: NonNullable<GroupInvitationQuery['groupInvitation']> | null;
  declare protected past: readonly PastGroup[];

  #timer: ReturnType<typeof setInterval> | undefined;
  #kept: PastGroup | null = null;

  constructor() {
    super();
    this.params = {};
    this.errors = [];
    this.busy = false;
    this.chosen = null;
    this.protocols = [];
    this.position = 0;
    this.invitation = null;
    this.past = [];
    new Follow(this, [groupSession, playerSession, account], () => this.#followCode());
  }

  /** The host may give the group another code: who reloads joins by that one. */
  #followCode(): void {
    const { code } = this.params;
    const present = groupSession.value?.code;
    if (!present || !code || code.toUpperCase() === present) return;
    this.params = { ...this.params, code: present };
    window.history.replaceState(null, '', to(`group/${present}`));
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
    this.#readInvitation();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    this.#remember();
    groupSession.removeEventListener('over', this.#over);
    groupSession.removeEventListener('host', this.#becameHost);
  }

  /** Without a server, or an older one, the door says what it always says. */
  async #readInvitation(): Promise<void> {
    const { code } = this.params;
    if (!code || groupSession.value || apiAddress() === null) return;
    const { groupInvitation } = await ask(GroupInvitationDocument, { code }).catch(() => ({ groupInvitation: null }));
    this.invitation = groupInvitation ?? null;
  }

  /** What this device will keep of the group at hand, for the list of those that were. */
  #note(): void {
    const group = groupSession.value;
    if (!group) return;
    this.#kept = {
      id: group.id,
      at: group.createdAt,
      title: group.revision.title,
      revisionId: group.revision.id,
      people: Math.max(group.memberCount, this.#kept?.id === group.id ? this.#kept.people : 0),
      seconds: this.position,
      hosted: groupSession.isHost,
    };
  }

  #remember(): void {
    const kept = this.#kept;
    this.#kept = null;
    if (!kept) return;
    keepPastGroup(kept)
      .then(async () => {
        this.past = await pastGroups();
      })
      .catch(() => {});
  }

  async #load(): Promise<void> {
    this.past = await pastGroups().catch(() => []);
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
    this.#note();
  }

  protected override render(): TemplateResult {
    if (groupSession.value) return this.#room();
    return this.#door();
  }

  // --- outside ---------------------------------------------------------------------------------------------------

  #door(): TemplateResult {
    const { code } = this.params;
    const { invitation } = this;
    const name = account.viewer?.displayName || keptName();
    const named = html`<label class="field">
      ${msg('Your name, as the others see it')}
      <input name="name" required maxlength="40" autocomplete="nickname" .value=${name} />
    </label>`;
    const problem = this.errors[0] ? html`<p class="wrong" role="alert">${this.errors[0].message}</p>` : nothing;
    return html`<header>
        <h1 tabindex="-1">${invitation?.hostName ? msg(str`${invitation.hostName} invites you`) : msg('Together')}</h1>
        <p class="quiet">${invitation ? this.#invited(invitation) : msg('One session on many devices, in step.')}</p>
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
          <button class="primary" ?disabled=${this.busy}>${icon('headphones')} ${msg('Join and listen')}</button>
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
      </div>
      ${code || this.past.length === 0 ? nothing : this.#before()}`;
  }

  #invited({ title, startsAt }: { title: string; startsAt?: string | null }): string {
    return startsAt && Date.parse(startsAt) > serverNow()
      ? msg(str`${title}, together, from ${time(startsAt)}.`)
      : msg(str`${title}, together.`);
  }

  /** The groups that this device was in, and the way to have one again. */
  #before(): TemplateResult {
    return html`<section class="before" aria-labelledby="before">
      <h2 id="before">${msg('Before')}</h2>
      <ul role="list">
        ${this.past.map(
          (one) => html`<li>
            <div>
              <p>${one.title}</p>
              <p class="quiet small figures">
                ${date(one.at)} · ${isOne(one.people) ? msg(str`${number(one.people)} person`) : msg(str`${number(one.people)} people`)} · ${duration(one.seconds)}${one.hosted ? ` · ${msg('host')}` : ''}
              </p>
            </div>
            <button ?disabled=${this.busy} aria-label=${msg(str`${one.title} again`)} @click=${() => this.#again(one)}>
              ${msg('Again')}
            </button>
          </li>`,
        )}
      </ul>
    </section>`;
  }

  #again({ revisionId }: PastGroup): void {
    const name = account.viewer?.displayName || keptName() || msg('Host');
    this.#enter(name, () => groupSession.create(revisionId, name));
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
    this.#enterSounding(name, () => groupSession.join(code, name));
  };

  /** What must be asked before sound is asked first, and the sound made ready in the touch that browsers want: joining is hearing. */
  async #enterSounding(name: string, work: () => Promise<readonly UserError[]>): Promise<void> {
    try {
      if (!(await mayPlay(true))) return;
      // Joining does not wait for it: a device without sound is told so, and is in the group all the same.
      playerSession.player.prepare().catch(showError);
    } catch (error) {
      showError(error);
    }
    await this.#enter(name, work);
    if (groupSession.value) await groupSession.listen().catch(showError);
  }

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
    const waits = secondsToStart(group, serverNow());
    const doing =
      waits > 0
        ? msg(str`Begins in ${clock(Math.ceil(waits))}`)
        : group.state === 'WAITING'
          ? host
            ? msg('Not begun')
            : msg('Waiting for the host')
          : playing
            ? msg('Playing')
            : msg('Paused');
    return html`<header class="room">
        <div>
          <h1 tabindex="-1">${group.revision.title}</h1>
          <p class="quiet figures" role="status">
            ${doing} · ${clock(this.position)} / ${clock(program.durationSeconds)}
          </p>
        </div>
        <div class="row">
          ${
            groupSession.listening
              ? html`<button @click=${() => groupSession.silence()}>${icon('volume')} ${msg('Stop listening')}</button>`
              : html`<button class="primary" @click=${this.#listen}>${icon('headphones')} ${msg('Listen along')}</button>`
          }
          ${volumeSlider(
            msg('Volume'),
            playerSession.volume,
            (volume) => playerSession.setVolume(volume),
            (volume) => playerSession.player.setVolume(volume),
          )}
          <button @click=${() => this.#beamer(link)}>${icon('maximize')} ${msg('Large, with light')}</button>
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
      ${host ? this.#hostKeys(playing && waits === 0, group.locked, waits > 0) : nothing}
      <div class="columns">
        <section class="panel invite" aria-labelledby="invite">
          <h2 id="invite">${msg('Join with')}</h2>
          <p class="code" aria-label=${group.code.split('').join(' ')}>${group.code}</p>
          ${qr(link)}
          <button @click=${() => this.#share(link)}>${icon('share')} ${msg('Copy the link')}</button>
          ${host ? html`<button class="bare" @click=${this.#renewCode}>${msg('Change the code')}</button>` : nothing}
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

  async #beamer(link: string): Promise<void> {
    try {
      (await import('./beamer-view.ts')).openBeamer(link);
    } catch (error) {
      showError(error);
    }
  }

  /** Sets the start; the sound of the host's own device is made ready in this touch. */
  #schedule = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const at = String(new FormData(event.target as HTMLFormElement).get('at') ?? '');
    if (!groupSession.listening) await this.#listen();
    this.#act(groupSession.play(undefined, nextTime(at, serverNow())));
  };

  #hostKeys(playing: boolean, locked: boolean, set: boolean): TemplateResult {
    return html`<div class="row keys">
      <button class="primary" @click=${() => (playing ? this.#act(groupSession.pause()) : this.#play())}>
        ${icon(playing ? 'pause' : 'play')} ${playing ? msg('Pause for all') : msg('Play for all')}
      </button>
      ${
        playing
          ? nothing
          : set
            ? html`<button @click=${() => this.#act(groupSession.pause())}>${msg('Call the start off')}</button>`
            : html`<form class="row" @submit=${this.#schedule}>
                <label class="at"><span class="quiet">${msg('Begin at')}</span> <input type="time" name="at" required /></label>
                <button>${msg('Set')}</button>
              </form>`
      }
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
    const sentence = isOne(members.length)
      ? msg(str`${members.length} person in a circle.`)
      : spread === null
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
              <button class="chip" @click=${() => this.#sendOut(member)} aria-label=${msg(str`Send ${member.name} out`)}>
                ${msg('Send out')}
              </button>
            </span>`
          : nothing
      }
    </li>`;
  }

  /** Who was sent out still knows the code: the host is offered another one. */
  async #sendOut(member: Member): Promise<void> {
    try {
      const [problem] = await groupSession.kick(member.id);
      if (problem) showToast({ message: problem.message });
      else
        showToast({
          message: msg(str`${member.name} is out, but knows the code.`),
          stays: true,
          action: { label: msg('Change the code'), run: () => this.#renewCode() },
        });
    } catch (error) {
      showError(error);
    }
  }

  #renewCode = async (): Promise<void> => {
    try {
      const [problem] = await groupSession.renewCode();
      const message =
        problem?.message ?? msg('The group has a new code. Whoever is in stays in; the old code lets nobody in.');
      showToast({ message });
    } catch (error) {
      showError(error);
    }
  };

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
    this.#remember();
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
    this.#remember();
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
