import { css } from 'lit';

export const styles = css`
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--space-3);
  }
  .views.low {
    height: var(--nes-height, clamp(104px, 22cqi, 180px));
  }
  .views.open {
    grid-template-rows: minmax(0, 1fr) clamp(64px, 12cqi, 92px);
    gap: var(--space-3);
  }
  .stage {
    position: relative;
    min-height: 0;
    overflow: hidden;
    border-radius: var(--radius);
    background: oklch(10% 0.015 265);
    color-scheme: dark;
  }
  .light {
    position: absolute;
    inset: 0;
  }
  /* The stage is dark in both themes: its words have their own colours. */
  .telling {
    position: absolute;
    inset: auto 0 0;
    display: flex;
    align-items: flex-end;
    justify-content: space-between;
    gap: var(--space-4);
    padding: var(--space-6) var(--space-4) var(--space-3);
    background: linear-gradient(transparent, oklch(10% 0.015 265 / 0.86));
    color: oklch(95% 0.01 265);
  }
  .telling .quiet {
    color: oklch(80% 0.02 265);
  }
  .telling > div {
    min-width: 0;
  }
  .phase {
    font-size: var(--size-1);
    font-weight: 560;
    line-height: 1.2;
  }
  .line {
    display: none;
    text-wrap: pretty;
  }
  .beat {
    display: grid;
    justify-items: end;
    flex: none;
    font-size: var(--size-4);
    font-weight: 300;
    line-height: 1.05;
    letter-spacing: -0.03em;
  }
  .beat small {
    margin-inline-start: 0.2em;
    font-size: 0.45em;
    letter-spacing: 0;
  }
  .band {
    font-weight: 520;
    letter-spacing: 0;
  }
  nes-curve {
    height: 100%;
    min-height: 0;
    border-radius: var(--radius);
    direction: ltr;
  }
  .transport {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-2) var(--space-4);
  }
  button.main {
    flex: none;
    width: 48px;
    height: 48px;
    padding: 0;
    border-radius: 50%;
  }
  .main svg.icon,
  .stop svg.icon {
    fill: currentcolor;
  }
  button.stop {
    min-height: 48px;
  }
  .stop svg.icon {
    width: 14px;
    height: 14px;
  }
  .time {
    white-space: nowrap;
  }
  .tools {
    flex: 1 1 220px;
    flex-wrap: nowrap;
    justify-content: flex-end;
    gap: var(--space-1);
  }
  .volume {
    display: flex;
    flex: 1;
    align-items: center;
    gap: var(--space-2);
    max-width: 200px;
    margin-inline-end: var(--space-1);
    color: var(--quiet);
  }
  button.bare {
    width: var(--target);
    padding: 0;
    border-color: transparent;
    color: var(--quiet);
  }
  button.bare[aria-pressed='true'],
  button.bare:hover {
    color: var(--text);
  }
  input[type='range'] {
    appearance: none;
    width: 100%;
    min-width: 60px;
    height: 28px;
    margin: 0;
    background: transparent;
    cursor: pointer;
  }
  input[type='range']::-webkit-slider-runnable-track {
    height: 2px;
    border-top: 2px solid var(--edge);
  }
  input[type='range']::-moz-range-track {
    height: 2px;
    border-top: 2px solid var(--edge);
  }
  input[type='range']::-webkit-slider-thumb {
    appearance: none;
    width: 18px;
    height: 18px;
    margin-top: -10px;
    border: 2px solid var(--text);
    border-radius: 50%;
    background: var(--raised);
  }
  input[type='range']::-moz-range-thumb {
    width: 14px;
    height: 14px;
    border: 2px solid var(--text);
    border-radius: 50%;
    background: var(--raised);
  }
  .problem {
    color: var(--danger);
  }
  .note {
    text-wrap: pretty;
  }
  .chapters {
    display: none;
  }
  slot[name='foot']::slotted(*) {
    font: inherit;
  }
  @container (width >= 560px) {
    .line {
      display: block;
    }
  }
  @container (width < 300px) {
    .keys {
      gap: var(--space-2);
    }
    button.stop {
      padding: 0 var(--space-3);
    }
  }
  @container (width < 420px) {
    .volume {
      max-width: none;
    }
    .beat {
      font-size: var(--size-3);
    }
  }
  :host(:fullscreen) {
    overflow: auto;
    background: oklch(10% 0.015 265);
  }
  :host(:fullscreen) .root {
    color-scheme: dark;
  }
  :host(:fullscreen) .card {
    grid-template-rows: auto minmax(0, 1fr);
    min-height: 100dvh;
    border: 0;
    border-radius: 0;
  }
  :host(:fullscreen) .views {
    height: auto;
    min-height: 240px;
  }
  @media print {
    .transport,
    .note,
    .stage {
      display: none;
    }
    .card {
      break-inside: avoid;
      background: none;
    }
    .views,
    .views.open {
      grid-template-rows: minmax(0, 1fr);
      height: 160px;
      gap: 0;
    }
    .chapters {
      display: grid;
      grid-template-columns: auto auto 1fr;
      gap: 2px 16px;
    }
    .chapters li {
      display: contents;
    }
  }
`;
