import { css } from 'lit';

export const styles = css`
  :host {
    color-scheme: var(--player-scheme);
    position: relative;
    display: flex;
    flex-direction: column;
    min-height: 100dvh;
    background: oklch(10% 0.015 265);
    color: var(--text);
    overflow: hidden;
  }
  :host([asleep]) {
    cursor: none;
  }
  :host([night]) {
    background: #000;
  }
  .black {
    position: fixed;
    z-index: 20;
    inset: 0;
    display: grid;
    place-items: end center;
    width: 100%;
    min-height: 100%;
    padding: 0 0 12vh;
    border: 0;
    border-radius: 0;
    background: #000;
    /* Read from an arm's length in a dark room, and lights nothing up. */
    color: #2e2a26;
    font-size: 0.6875rem;
    font-weight: 300;
    cursor: none;
  }
  .black:hover {
    background: #000;
  }
  /* A ring around the screen would be the brightest thing in the room. */
  .black:focus-visible {
    outline: none;
    text-decoration: underline;
  }
  .stage {
    position: absolute;
    inset: 0;
  }
  .shade {
    position: absolute;
    inset: auto 0 0;
    height: 24rem;
    background: var(--dusk);
    pointer-events: none;
    transition: opacity var(--slow) var(--ease);
  }
  .fades {
    transition: opacity var(--slow) var(--ease);
  }
  :host([asleep]) .fades,
  :host([asleep]) .shade {
    opacity: 0;
  }
  :host([asleep]) .stop {
    opacity: 0.6;
  }
  .center {
    position: relative;
    flex: 1;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: var(--space-5);
    padding: calc(var(--bar) + var(--space-5)) var(--gutter) var(--space-5);
    text-align: center;
  }
  .after {
    text-align: start;
  }
  .after nes-after-panel {
    width: min(34rem, 100%);
  }
  .begin {
    width: 5.5rem;
    height: 5.5rem;
    border-radius: 50%;
    padding: 0;
  }
  .begin svg.icon {
    width: 2rem;
    height: 2rem;
    margin-inline-start: 0.2rem;
    fill: currentcolor;
  }
  .feel summary {
    font-size: var(--size--1);
  }
  .feel .scales {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr));
    gap: var(--space-3) var(--space-6);
    padding: var(--space-3) 0;
    text-align: start;
  }
  .start .feel {
    width: min(52rem, 100%);
  }
  .deck {
    position: relative;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-3);
    margin-top: auto;
    padding: calc(var(--bar) + var(--space-3)) var(--gutter) calc(var(--space-5) + env(safe-area-inset-bottom));
  }
  .telling {
    display: flex;
    flex-wrap: wrap;
    align-items: flex-end;
    justify-content: space-between;
    gap: var(--space-5);
  }
  .chapter {
    flex: 1 1 0;
    min-width: min-content;
  }
  .title {
    color: var(--quiet);
  }
  .title a {
    text-decoration: none;
  }
  .phase {
    font-size: var(--size-4);
    font-weight: 540;
    letter-spacing: -0.015em;
    line-height: 1.25;
    transition: opacity var(--slow) var(--ease);
  }
  .line {
    color: var(--quiet);
    min-height: 1.55em;
  }
  :host([asleep]) .phase,
  :host([asleep]) .beat {
    opacity: 0.42;
  }
  .beat {
    display: grid;
    justify-items: end;
    flex: none;
    line-height: 1;
    transition: opacity var(--slow) var(--ease);
  }
  .beat .hz {
    font-size: clamp(var(--size-8), 8vw, var(--size-10));
    font-weight: 300;
    letter-spacing: -0.035em;
    font-variant-numeric: tabular-nums;
  }
  .beat small {
    margin-inline-start: 0.18em;
    font-size: 0.3em;
    font-weight: 400;
    letter-spacing: 0;
    color: var(--quiet);
  }
  .beat .band {
    padding-top: var(--space-2);
    color: var(--accent);
    font-weight: 520;
  }
  nes-curve {
    height: 7.5rem;
  }
  .transport {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-3) var(--space-5);
  }
  .step {
    width: 2.75rem;
    height: 2.75rem;
    border-color: transparent;
    background: none;
    color: var(--quiet);
    font-size: var(--size--1);
  }
  .step:hover {
    color: var(--text);
  }
  .main {
    width: 4rem;
    height: 4rem;
    border-color: var(--text);
    background: var(--text);
    color: var(--ink);
  }
  .main:hover {
    background: color-mix(in oklch, var(--text) 85%, var(--accent));
  }
  .main svg.icon {
    fill: currentcolor;
  }
  .stop {
    min-height: 3.25rem;
    padding: 0 var(--space-5);
    background: var(--dim);
    transition: opacity var(--slow) var(--ease);
  }
  .stop svg.icon {
    fill: currentcolor;
    width: 1rem;
    height: 1rem;
  }
  .time {
    font-size: var(--size-1);
  }
  .settings {
    gap: var(--space-2) var(--space-4);
  }
  .volume,
  .pick {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    color: var(--quiet);
  }
  .volume input {
    width: 8rem;
  }
  .dose {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
    min-height: var(--target);
    color: var(--quiet);
    font-size: var(--size--1);
    text-decoration: none;
    white-space: nowrap;
  }
  .dose:hover {
    color: var(--text);
  }
  .dose svg {
    width: 0.3rem;
    height: 1.05rem;
  }
  .dose .way {
    fill: var(--line);
  }
  .dose .used {
    fill: var(--alpha);
  }
  .near .used {
    fill: var(--beta);
  }
  .over .used {
    fill: var(--danger);
  }
  #scenes {
    position: fixed;
    inset-block: auto 5.5rem;
    inset-inline: auto var(--gutter);
    width: min(46rem, calc(100vw - 2 * var(--gutter)));
    max-height: min(34rem, calc(100dvh - 7rem));
    overflow: auto;
    overscroll-behavior: contain;
    margin: 0;
    padding: var(--space-4);
    border: 1px solid var(--line);
    border-radius: var(--radius-large);
    background: var(--dim-sheet);
    color: var(--text);
  }
  button.pick {
    font-weight: 400;
    background: transparent;
  }
  .pick select {
    background-color: transparent;
    max-width: 10.5rem;
  }
  .pick select:hover {
    color: var(--text);
  }
  option {
    background: var(--raised);
    color: var(--text);
  }
  @media (width < 47.5rem) and (height >= 45rem) {
    /* The picture has the free upper part, words and sliders a quiet ground. */
    .stage {
      bottom: 31rem;
    }
  }
  @media (width < 47.5rem) {
    .deck {
      gap: var(--space-2);
    }
    .phase {
      font-size: var(--size-2);
    }
    .line {
      font-size: var(--size--1);
    }
    nes-curve {
      height: 5.5rem;
    }
    .keys {
      width: 100%;
      justify-content: center;
    }
    .keys .time {
      order: -1;
      flex-basis: 100%;
      text-align: center;
    }
    .stop {
      flex-basis: 100%;
    }
    /* Two rows: how loud with what fills the screen, then what is chosen. */
    .settings {
      width: 100%;
      gap: var(--space-2);
    }
    .settings::before {
      content: '';
      flex-basis: 100%;
    }
    .volume,
    .dose,
    .screen {
      order: -1;
    }
    .volume,
    label.pick,
    .pick select {
      flex: 1;
      max-width: none;
    }
    .volume input {
      width: 100%;
      min-width: 5rem;
    }
    #scenes {
      inset: auto 0 0;
      width: 100%;
      max-width: none;
      max-height: 70dvh;
      border-radius: var(--radius-large) var(--radius-large) 0 0;
      padding-bottom: calc(var(--space-4) + env(safe-area-inset-bottom));
    }
  }
  @media (height < 600px) {
    .line,
    .title,
    .deck .feel {
      display: none;
    }
    nes-curve {
      height: 4rem;
    }
    .beat .hz {
      font-size: var(--size-4);
    }
  }
`;
