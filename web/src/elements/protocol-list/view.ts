import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import '../curve/nes-curve.ts';
import { duration, hertzRange } from '../format.ts';
import type { ListedProtocol } from '../source.ts';
import { type ProtocolList, step } from './protocol-list.ts';

export const styles = css`
  input {
    flex: 0 1 260px;
    min-width: 0;
    min-height: var(--target);
    margin: 0;
    padding: 0 var(--space-3);
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    background: var(--ink);
    color: inherit;
    font: inherit;
  }
  input::placeholder {
    color: var(--quiet);
    opacity: 1;
  }
  ul {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(240px, 100%), 1fr));
    gap: var(--space-3);
  }
  li.wide {
    grid-column: 1 / -1;
  }
  .choice {
    display: grid;
    grid-template-rows: auto auto 1fr auto;
    justify-content: stretch;
    align-items: start;
    gap: var(--space-2);
    width: 100%;
    height: 100%;
    padding: var(--space-4);
    border-radius: var(--radius-large);
    background: var(--raised);
    font-weight: 400;
    text-align: start;
  }
  .choice:hover,
  .choice[aria-pressed='true'] {
    border-color: var(--edge);
  }
  .choice[aria-pressed='true'] {
    outline: 1px solid var(--accent);
  }
  nes-curve {
    height: 72px;
    border-radius: 6px;
    direction: ltr;
  }
  .name {
    font-size: var(--size-1);
    font-weight: 560;
    line-height: 1.2;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--space-3);
  }
  .more {
    justify-self: center;
  }
  @media print {
    input,
    .more {
      display: none;
    }
    .choice {
      break-inside: avoid;
      background: none;
    }
  }
`;

function matching(host: ProtocolList, found: readonly ListedProtocol[]): readonly ListedProtocol[] {
  const categories = host.category
    .toUpperCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  const words = host.words.toLowerCase().split(/\s+/).filter(Boolean);
  const all = found.filter(
    ({ title, summary, category }) =>
      (categories.length === 0 || categories.includes(category)) &&
      words.every((word) => `${title} ${summary}`.toLowerCase().includes(word)),
  );
  return host.limit > 0 ? all.slice(0, host.limit) : all;
}

/** The list once it was read. */
export function list(host: ProtocolList, found: readonly ListedProtocol[]): TemplateResult {
  const all = matching(host, found);
  return html`${
    host.search
      ? html`<input
          type="search"
          part="search"
          aria-label=${msg('Search')}
          placeholder=${msg('Search')}
          .value=${host.words}
          @input=${(event: InputEvent) => {
            host.words = (event.target as HTMLInputElement).value;
            host.shown = step;
          }}
        />`
      : nothing
  }
  ${
    all.length === 0
      ? html`<div class="said" part="message"><p class="quiet" role="status">${msg('Nothing fits.')}</p></div>`
      : html`<ul role="list">
          ${all.slice(0, host.shown).map((protocol) => row(host, protocol))}
        </ul>`
  }
  ${
    all.length > host.shown
      ? html`<button
          class="more"
          @click=${() => {
            host.shown += step;
          }}
        >
          ${msg(str`Show more (${all.length - host.shown})`)}
        </button>`
      : nothing
  }`;
}

function row(host: ProtocolList, protocol: ListedProtocol): TemplateResult {
  const { slug, title, summary, program, durationSeconds, minBeatHz, maxBeatHz, speakersOk } = protocol;
  const open = host.open === slug;
  if (open && !host.for) {
    return html`<li class="wide">
      <nes-player part="player" .program=${program} heading=${title} theme=${host.theme || nothing}></nes-player>
    </li>`;
  }
  return html`<li>
    <button
      class="choice"
      part="protocol"
      aria-pressed=${host.for ? String(open) : nothing}
      @click=${() => host.choose(protocol)}
    >
      <nes-curve aria-hidden="true" .program=${program}></nes-curve>
      <span class="name">${title}</span>
      <span class="quiet small">${summary}</span>
      <span class="facts quiet small figures">
        <span>${Number.isFinite(durationSeconds) && durationSeconds > 0 ? duration(durationSeconds) : msg('endless')}</span>
        <span>${minBeatHz !== null && maxBeatHz !== null ? hertzRange(minBeatHz, maxBeatHz) : msg('no beat')}</span>
        ${speakersOk ? nothing : html`<span>${msg('needs headphones')}</span>`}
      </span>
    </button>
  </li>`;
}
