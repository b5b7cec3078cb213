import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { account } from '../../data/account.ts';
import { connection } from '../../data/connection.ts';
import { preferences } from '../../data/preferences.ts';
import { findProtocol } from '../../data/protocols.ts';
import { screening } from '../../data/screening.ts';
import '../../elements/curve/nes-curve.ts';
import type { Program } from '@nes/program/model.ts';
import { passAt } from '@nes/program/values.ts';
import type { NesSeekEvent } from '../../elements/curve/events.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { clock } from '../../elements/format.ts';
import { icon } from '../../elements/icons.ts';
import type { LocalSession } from '../../session/log.ts';
import { outbox } from '../../session/outbox.ts';
import { positionOf } from '../../session/position.ts';
import { remoteSession } from '../../session/remote.ts';
import { playerSession } from '../../session/session.ts';
import { base, controls } from '../../styles/base.ts';
import { scenes } from '../../visuals/scene.ts';
import { speak } from '../localise.ts';
import { mayPlay } from '../play.ts';
import { recovered, settleRecovery } from '../recovery.ts';
import { go, placeNow, to } from '../router.ts';
import { showTheme } from '../theme.ts';
import { showError, showToast } from '../toast.ts';
import { volumeSlider } from '../volume-slider.ts';
// What goes wrong without a connection is told all the same.
import '../told.ts';
import { remind } from './reminder.ts';
import { watchUpdates } from './updates.ts';

/** Whether the browser closes a dialog or popover by this Escape. */
function closesPanel(event: KeyboardEvent): boolean {
  return event
    .composedPath()
    .some(
      (node) =>
        (node instanceof Element && node.matches('dialog[open]')) ||
        ((node instanceof ShadowRoot || node instanceof Document) && node.querySelector(':popover-open') !== null),
    );
}

/**
 * What plays although its page is not shown: this device's session, one that a page left behind when it died, or one on
 * another device of the same person. It also keeps the page in touch with the server.
 */
export class LiveBar extends NesElement {
  static override properties = {
    left: { state: true },
    remoteProgram: { state: true },
    position: { state: true },
  };

  static override styles = [
    base,
    controls,
    css`
      .bar {
        display: grid;
        grid-template-columns: minmax(8rem, 18rem) minmax(0, 1fr) auto;
        align-items: center;
        gap: var(--space-2) var(--space-4);
        padding: var(--space-2) var(--gutter) calc(var(--space-2) + env(safe-area-inset-bottom));
        background: var(--raised);
        border-top: 1px solid var(--line);
        animation: rise var(--slow) var(--ease);
      }
      @keyframes rise {
        from {
          transform: translateY(100%);
        }
      }
      .words {
        min-width: 0;
      }
      .words > * {
        overflow: hidden;
        white-space: nowrap;
        text-overflow: ellipsis;
      }
      .words a {
        text-decoration: none;
        font-weight: 560;
      }
      nes-curve {
        height: 3rem;
        border-radius: var(--radius);
      }
      .actions,
      .there,
      .there label {
        display: flex;
        align-items: center;
        gap: var(--space-2);
      }
      .there {
        gap: var(--space-4);
        color: var(--quiet);
      }
      .volume input {
        width: 6rem;
      }
      .elsewhere {
        grid-template-columns: minmax(8rem, 16rem) minmax(0, 1fr) auto auto;
      }
      @media (width < 68.75rem) {
        .elsewhere {
          grid-template-columns: minmax(0, 1fr) auto auto;
        }
        .elsewhere nes-curve {
          grid-row: 2;
          grid-column: 1 / -1;
        }
      }
      @media (width < 47.5rem) {
        .bar,
        .elsewhere {
          grid-template-columns: minmax(0, 1fr) auto;
        }
        nes-curve {
          grid-row: 2;
          grid-column: 1 / -1;
          height: 2.25rem;
        }
        .there {
          grid-row: 3;
          grid-column: 1 / -1;
          justify-content: space-between;
        }
        .volume {
          flex: 1;
        }
        .volume input {
          width: 100%;
        }
      }
    `,
  ];

  /** A session that a page left behind. */
  declare protected left: LocalSession | null;
  declare protected remoteProgram: { slug: string; program: Program } | null;
  declare protected position: number;

  #timer: ReturnType<typeof setInterval> | undefined;
  #reminder: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.left = null;
    this.remoteProgram = null;
    this.position = 0;
    new Follow(this, [playerSession, remoteSession], () => this.#tick());
    new Follow(this, [account], () => this.#meet());
    new Follow(this, [preferences], () => this.#prefer());
    new Follow(this, [connection], () => this.#tellUnkept());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.#key);
    window.addEventListener('popstate', this.#place);
    window.addEventListener('nes-go', this.#place);
    document.addEventListener('click', this.#place);
    playerSession.addEventListener('failed', this.#failed);
    this.#timer = setInterval(() => this.#tick(), 500);
    this.#reminder = setInterval(() => remind().catch(() => {}), 30_000);
    outbox.start();
    remoteSession.start();
    screening.follow();
    this.#tellUnkept();
    account.ready.then(() => this.#meet());
    preferences.ready.then(() => this.#prefer());
    this.#recover();
    // Without a worker everything but a start without network goes on as before.
    watchUpdates().catch(() => {});
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.#key);
    window.removeEventListener('popstate', this.#place);
    window.removeEventListener('nes-go', this.#place);
    document.removeEventListener('click', this.#place);
    playerSession.removeEventListener('failed', this.#failed);
    clearInterval(this.#timer);
    clearInterval(this.#reminder);
  }

  #prefer(): void {
    showTheme(preferences.value.theme);
    speak(preferences.value.language);
  }

  /** What another device saved is read whenever it gets known who this is. */
  #meet(): void {
    if (account.viewer) preferences.receive().catch(() => {});
  }

  async #recover(): Promise<void> {
    // The player page takes its own session up by itself.
    if (placeNow().path.startsWith('play')) return;
    this.left = await recovered().catch(() => null);
  }

  #failed = (event: Event): void => showError((event as CustomEvent).detail);

  #unkept = false;

  /** Once, when it begins. */
  #tellUnkept(): void {
    const unkept = connection.state === 'unkept';
    if (unkept && !this.#unkept)
      showToast({
        message: msg(
          'This browser keeps nothing now: its storage is full, or not allowed for this site. Sound goes on, but what you do and choose is lost when the page is closed.',
        ),
        stays: true,
      });
    this.#unkept = unkept;
  }

  #place = (): void => {
    setTimeout(() => this.requestUpdate());
  };

  /**
   * Escape silences everything, wherever one is; it works although nothing of the player is shown. With a panel open it closes that
   * first, as everywhere, and silence is one more key away.
   */
  #key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || closesPanel(event)) return;
    const { state } = playerSession;
    if (state !== 'playing' && state !== 'starting') return;
    playerSession.emergencyStop();
    const at = playerSession.carryOnSeconds;
    showToast({
      message: msg('Stopped.'),
      ...(at !== null && !placeNow().path.startsWith('play')
        ? { action: { label: msg(str`Carry on from ${clock(at)}`), run: () => this.#carryOn() } }
        : {}),
    });
  };

  async #carryOn(): Promise<void> {
    try {
      if (await mayPlay()) await playerSession.play();
    } catch (error) {
      showError(error);
    }
  }

  #tick(): void {
    const remote = remoteSession.value;
    if (remote) {
      this.position = remoteSession.positionSeconds();
      const slug = remote.protocol?.slug;
      if (slug && this.remoteProgram?.slug !== slug) {
        this.remoteProgram = null;
        findProtocol(slug)
          .then((protocol) => {
            if (protocol) this.remoteProgram = { slug, program: protocol.program };
          })
          .catch(() => {});
      }
    } else if (playerSession.state === 'playing' || playerSession.state === 'paused') {
      this.position = playerSession.positionSeconds();
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const { path } = placeNow();
    const onPlayer = path.startsWith('play');
    const { state, protocol } = playerSession;
    // Its own page has all the keys that a session needs.
    const shown = protocol?.groupId
      ? path.startsWith('group')
      : protocol?.trialId
        ? path === `trials/${protocol.trialId}`
        : onPlayer;
    if (state === 'playing' || state === 'paused' || state === 'starting') return shown ? nothing : this.#here();
    if (remoteSession.value) return this.#elsewhere(remoteSession.value);
    if (this.left && !onPlayer) return this.#leftBehind(this.left);
    return nothing;
  }

  #here(): TemplateResult {
    const { protocol, program, state } = playerSession;
    if (!protocol || !program) return html``;
    const sounding = state !== 'paused';
    const page = protocol.groupId ? 'group' : protocol.slug ? `play/${protocol.slug}` : 'play';
    return html`<section class="bar" aria-label=${msg('Now playing')}>
      <div class="words">
        <p><a href=${to(page)}>${protocol.title}</a></p>
        <p class="quiet small figures">
          ${playerSession.phase?.phase.name ?? ''} · ${clock(this.position)} / ${clock(playerSession.totalSeconds)}
        </p>
      </div>
      ${this.#curve(program, protocol.groupId ? null : (seconds) => playerSession.seek(seconds))}
      <div class="actions">
        <button
          class="round primary"
          aria-label=${sounding ? msg('Pause') : msg('Play')}
          @click=${() => (sounding ? playerSession.pause() : playerSession.play().catch(showError))}
        >
          ${icon(sounding ? 'pause' : 'play')}
        </button>
        <button class="danger" @click=${() => playerSession.stop()}>${icon('stop')} ${msg('Stop')}</button>
      </div>
    </section>`;
  }

  #elsewhere(remote: NonNullable<typeof remoteSession.value>): TemplateResult {
    const sounding = remote.state === 'ACTIVE';
    const act = (work: Promise<readonly { message: string }[]>): void => {
      work
        .then(([problem]) => {
          if (problem) showToast({ message: problem.message });
        })
        .catch(showError);
    };
    return html`<section class="bar elsewhere" aria-label=${msg('Playing on another device')}>
      <div class="words">
        ${
          remote.protocol
            ? html`<p><a href=${to(`protocols/${remote.protocol.slug}`)}>${remote.protocol.title}</a></p>`
            : html`<p>${msg('A protocol that is not public')}</p>`
        }
        <p class="quiet small figures">
          ${msg(str`on ${remote.playerDevice.name || msg('another device')}`)} · ${clock(this.position)}
        </p>
      </div>
      ${this.remoteProgram ? this.#curve(this.remoteProgram.program, (seconds) => act(remoteSession.seek(seconds))) : html`<span></span>`}
      <div class="there">
        ${volumeSlider(msg('Volume there'), remote.volume, (volume) => act(remoteSession.setVolume(volume)))}
        <label class="scene">
          <span class="away">${msg('Scene there')}</span>
          ${icon('image')}
          <select class="chip" @change=${(event: Event) => act(remoteSession.setScene((event.target as HTMLSelectElement).value))}>
            ${scenes.map(({ id, name }) => html`<option value=${id} ?selected=${id === remote.scene}>${name()}</option>`)}
          </select>
        </label>
      </div>
      <div class="actions">
        <button
          class="round primary"
          aria-label=${sounding ? msg('Pause there') : msg('Play there')}
          @click=${() => act(sounding ? remoteSession.pause() : remoteSession.resume())}
        >
          ${icon(sounding ? 'pause' : 'play')}
        </button>
        <button @click=${this.#takeOver}>${msg('Play here')}</button>
        <button class="danger square" aria-label=${msg('Stop there')} @click=${() => act(remoteSession.stop())}>
          ${icon('stop')}
        </button>
      </div>
    </section>`;
  }

  #leftBehind(left: LocalSession): TemplateResult {
    const at = left.events.at(-1)?.positionSeconds ?? 0;
    return html`<section class="bar" aria-label=${msg('Interrupted session')}>
      <div class="words">
        <p>${left.title}</p>
        <p class="quiet small figures">${msg(str`was interrupted at ${clock(at)}`)}</p>
      </div>
      <span></span>
      <div class="actions">
        <button
          class="primary"
          @click=${() => {
            this.left = null;
            go(`play/${left.slug ?? ''}`);
          }}
        >
          ${icon('play')} ${msg('Go on')}
        </button>
        <button
          class="bare square"
          aria-label=${msg('Close')}
          @click=${() => {
            this.left = null;
            settleRecovery();
          }}
        >
          ${icon('close')}
        </button>
      </div>
    </section>`;
  }

  /** `chosen` is null where this listener may not seek: where a group is, its host decides. */
  #curve(program: Program, chosen: ((seconds: number) => void) | null): TemplateResult {
    const within = passAt(program, this.position);
    return html`<nes-curve
      mode=${chosen ? 'seek' : 'read'}
      label=${msg('Position')}
      .program=${program}
      .position=${within.seconds}
      @nes-seek=${(event: NesSeekEvent) => chosen?.(within.pass * program.durationSeconds + event.seconds)}
    ></nes-curve>`;
  }

  async #takeOver(): Promise<void> {
    try {
      if (!(await mayPlay())) return;
      // While the touch is fresh, and before the other device falls silent.
      await playerSession.player.prepare();
      const present = await remoteSession.takeOver();
      if (!present) {
        showToast({ message: msg('The other device no longer plays.') });
        return;
      }
      const { protocol } = present.session;
      await playerSession.adopt(
        {
          id: protocol?.id ?? null,
          slug: protocol?.slug ?? null,
          title: protocol?.title ?? msg('A protocol that is not public'),
          category: protocol?.category ?? 'OTHER',
          revisionId: present.revisionId,
          program: present.program,
        },
        present.session,
        () => positionOf(present.session),
      );
      if (protocol) go(`play/${protocol.slug}`);
    } catch (error) {
      showError(error);
    }
  }
}
