import { msg, str } from '@lit/localize';
import { chapterAt } from '@nes/program/values.ts';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { serverNow } from '../../data/clock.ts';
import { preferences } from '../../data/preferences.ts';
import { screening } from '../../data/screening.ts';
import { define } from '../../elements/define.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { clock, number } from '../../elements/format.ts';
import { icon } from '../../elements/icons.ts';
import { groupSession } from '../../session/group.ts';
import { playerSession } from '../../session/session.ts';
import { base, controls } from '../../styles/base.ts';
import { lightPermission } from '../../visuals/permission.ts';
import { isSceneId } from '../../visuals/scene.ts';
import type { Stage } from '../../visuals/stage.ts';
import { pictureSource } from '../player/player-page.ts';
import { qr } from '../qr.ts';
import { secondsToStart } from './countdown.ts';

/** The group on a wall: what plays, how far, who may come in, and the light of this device, in letters that are read from the back of a room. */
export class BeamerView extends NesElement {
  static override styles = [
    base,
    controls,
    css`
      dialog {
        position: fixed;
        inset: 0;
        width: 100vw;
        max-width: none;
        height: 100dvh;
        max-height: none;
        margin: 0;
        padding: 0;
        border: 0;
        background: #000;
        color: #f4f2ee;
        color-scheme: dark;
        overflow: hidden;
      }
      .stage,
      .shade {
        position: absolute;
        inset: 0;
      }
      .shade {
        background: linear-gradient(#000a, transparent 35%, transparent 55%, #000c);
      }
      .words {
        position: relative;
        display: grid;
        grid-template-rows: auto 1fr auto;
        height: 100%;
        padding: clamp(1rem, 4vmin, 4rem);
        font-size: clamp(1rem, 3.2vmin, 2.5rem);
      }
      .top,
      .foot {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        justify-content: space-between;
        gap: 1em;
      }
      .top {
        align-items: start;
      }
      h2 {
        font-size: 1.6em;
        font-weight: 500;
        overflow-wrap: anywhere;
      }
      .time {
        font-size: clamp(3rem, 16vmin, 14rem);
        font-weight: 250;
        line-height: 1;
        letter-spacing: -0.03em;
      }
      .come {
        display: grid;
        justify-items: center;
        gap: 0.5em;
      }
      .code {
        font-size: 1.8em;
        font-weight: 300;
        letter-spacing: 0.14em;
      }
      .qr {
        width: clamp(6rem, 24vmin, 18rem);
      }
      button {
        color: inherit;
      }
    `,
  ];

  static override properties = { link: { attribute: false }, now: { state: true } };

  declare link: string;
  /** Milliseconds of the server's clock; drawn anew as it goes. */
  declare protected now: number;

  #stage: Stage | null = null;
  #raised = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.link = '';
    this.now = serverNow();
    new Follow(this, [groupSession, playerSession, preferences, screening]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => {
      this.now = serverNow();
    }, 250);
    playerSession.addEventListener('blank', this.#blank);
    groupSession.addEventListener('over', this.#leave);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    playerSession.removeEventListener('blank', this.#blank);
    groupSession.removeEventListener('over', this.#leave);
    this.#stage?.dispose();
    this.#stage = null;
  }

  #blank = (): void => this.#stage?.blank();

  #leave = (): void => this.remove();

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('dialog')?.showModal();
    document.documentElement.requestFullscreen?.().catch(() => {});
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (!this.#raised && playerSession.state === 'playing') void this.#raise();
  }

  /** The light as this device's listener may see it; a still picture where that is none. */
  async #raise(): Promise<void> {
    this.#raised = true;
    const host = this.renderRoot.querySelector<HTMLElement>('.stage');
    const { visuals, intensity, reducedFlashing } = preferences.value;
    if (!host || !visuals) return;
    const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const { beatVisuals } = lightPermission(screening.light, { visuals, reducedFlashing, reducedMotion });
    try {
      const module = await import('../../visuals/stage.ts');
      if (!this.isConnected) return;
      const { scene } = playerSession;
      const stage = new module.Stage({
        lightAllowed: beatVisuals,
        reduced: reducedFlashing || reducedMotion,
        intensity,
        ...(isSceneId(scene) ? { scene } : {}),
      });
      this.#stage = stage;
      await stage.attach(host, pictureSource);
    } catch {
      // No WebGL 2, or its code cannot be fetched: the words stand on black.
    }
  }

  #closed = (): void => {
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    this.remove();
  };

  protected override render(): TemplateResult {
    const group = groupSession.value;
    if (!group) return html``;
    const program = group.revision.program as Parameters<typeof chapterAt>[0];
    const waits = secondsToStart(group, this.now);
    const place =
      group.positionSeconds +
      (group.state === 'PLAYING' ? Math.max(0, this.now - Date.parse(group.positionAt)) / 1000 : 0);
    const open = !group.locked && (group.state === 'WAITING' || waits > 0);
    return html`<dialog aria-labelledby="title" @keydown=${(event: KeyboardEvent) => event.stopPropagation()} @close=${this.#closed}>
      <div class="stage" aria-hidden="true"></div>
      <div class="shade"></div>
      <div class="words">
        <div class="top">
          <h2 id="title">${group.revision.title}</h2>
          <button class="square" aria-label=${msg('Close')} @click=${this.#closed}>${icon('close')}</button>
        </div>
        <div></div>
        <div class="foot">
          <div>
            <p>${waits > 0 ? msg('Begins in') : (chapterAt(program, place)?.phase.name ?? '')}</p>
            <p class="time figures">${clock(waits > 0 ? Math.ceil(waits) : place)}</p>
            <p class="figures">${msg(str`${number(group.memberCount)} here`)}</p>
          </div>
          ${open ? html`<div class="come">${qr(this.link)}<p class="code">${group.code}</p></div>` : nothing}
        </div>
      </div>
    </dialog>`;
  }
}

/** Fills the screen with the group. @param link address by which others come in */
export function openBeamer(link: string): void {
  define('nes-beamer-view', BeamerView);
  const element = document.createElement('nes-beamer-view') as BeamerView;
  element.link = link;
  document.body.append(element);
}
