import { css } from 'lit';

export const styles = css`
  header {
    display: grid;
    gap: var(--space-2);
    padding-bottom: var(--space-5);
  }
  .room {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    justify-content: space-between;
    gap: var(--space-4);
  }
  .doors {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 28rem));
    gap: var(--space-4);
  }
  .doors .panel {
    align-content: start;
  }
  .doors nes-curve {
    height: 6rem;
    border-radius: var(--radius);
    background: var(--ink);
  }
  .field input.code-field:not([type='range']) {
    min-height: 3.5rem;
    font-size: var(--size-4);
    font-weight: 500;
    letter-spacing: 0.22em;
    text-transform: uppercase;
  }
  .wrong {
    color: var(--danger);
  }
  .hero {
    height: 12rem;
    background: var(--raised);
    border: 1px solid var(--line);
    border-radius: var(--radius-large);
  }
  .keys {
    padding-top: var(--space-4);
  }
  .volume,
  .at {
    display: flex;
    align-items: center;
    gap: var(--space-2);
  }
  .volume input {
    width: 8rem;
  }
  .at input {
    min-height: var(--target);
  }
  .before {
    display: grid;
    gap: var(--space-3);
    max-width: 57rem;
    padding-top: var(--space-6);
  }
  .before li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: center;
    gap: var(--space-3);
    padding: var(--space-2) 0;
    border-top: 1px solid var(--line);
  }
  .before p {
    overflow-wrap: anywhere;
  }
  .columns {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr));
    gap: var(--space-4);
    padding-top: var(--space-5);
  }
  .invite {
    display: grid;
    align-content: start;
    justify-items: center;
    gap: var(--space-4);
  }
  .code {
    font-size: clamp(var(--size-6), 9vw, var(--size-10));
    font-weight: 300;
    line-height: 1;
    letter-spacing: 0.14em;
    margin-inline-end: -0.14em;
  }
  .qr {
    width: min(14rem, 100%);
  }
  .circle {
    display: block;
    width: min(20rem, 100%);
    margin: 0 auto;
  }
  .way {
    fill: none;
    stroke: var(--line);
  }
  .dot {
    fill: var(--quiet);
  }
  .dot.mine {
    fill: var(--accent);
  }
  .dot.gone {
    fill: none;
    stroke: var(--quiet);
    stroke-dasharray: 2 2;
  }
  .spread {
    font-family: var(--font);
    font-size: 34px;
    font-weight: 300;
    fill: var(--text);
    text-anchor: middle;
    font-variant-numeric: tabular-nums;
  }
  .unit {
    font-family: var(--font);
    font-size: 11px;
    fill: var(--quiet);
    text-anchor: middle;
  }
  .people li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-2);
    padding: var(--space-2) 0;
    border-top: 1px solid var(--line);
  }
`;
