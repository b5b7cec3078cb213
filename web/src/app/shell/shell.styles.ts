import { css } from 'lit';

export const styles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 100dvh;
  }
  .skip {
    position: fixed;
    z-index: 30;
    inset-block: var(--space-2) auto;
    inset-inline: var(--space-2) auto;
    padding: var(--space-2) var(--space-4);
    border-radius: var(--radius);
    background: var(--text);
    color: var(--ink);
    transform: translateY(-200%);
  }
  .skip:focus {
    transform: none;
  }
  header {
    position: sticky;
    z-index: 10;
    top: 0;
    display: flex;
    align-items: center;
    gap: var(--space-2);
    min-height: var(--bar);
    padding: 0 var(--gutter);
    padding-inline-start: max(var(--gutter), env(safe-area-inset-left));
    background: var(--over);
    border-bottom: 1px solid var(--line);
  }
  :host([fills]) header {
    position: absolute;
    inset: 0 0 auto;
    background: none;
    border-color: transparent;
    /* The player is dark in both themes. */
    color-scheme: var(--player-scheme);
    color: var(--text);
    transition: opacity var(--slow) var(--ease);
  }
  :host([fills][asleep]) header:not(:focus-within) {
    opacity: 0;
    pointer-events: none;
  }
  .home {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    margin-inline-end: var(--space-3);
    min-height: 2.5rem;
    color: inherit;
    font-weight: 600;
    letter-spacing: -0.01em;
    text-decoration: none;
    white-space: nowrap;
  }
  .home svg {
    width: 1.9rem;
    height: 1.9rem;
    flex: none;
    fill: none;
    stroke-width: 2.6;
    stroke-linecap: round;
  }
  .mark-theta {
    stroke: var(--theta);
  }
  .mark-alpha {
    stroke: var(--alpha);
  }
  .mark-beta {
    stroke: var(--beta);
  }
  nav {
    display: flex;
    flex: 1;
    min-width: 0;
    align-self: stretch;
    overflow-x: auto;
    scrollbar-width: none;
  }
  nav a {
    position: relative;
    display: flex;
    align-items: center;
    padding: 0 clamp(var(--space-2), 1vw, var(--space-3));
    color: var(--quiet);
    text-decoration: none;
    white-space: nowrap;
    transition: color var(--quick) var(--ease);
  }
  nav a:focus-visible {
    outline-offset: -4px;
    border-radius: var(--radius);
  }
  nav a:hover,
  nav a[aria-current] {
    color: var(--text);
  }
  nav a[aria-current]::after {
    content: '';
    position: absolute;
    inset: auto var(--space-3) -1px;
    border-top: 2px solid var(--accent);
  }
  /* Narrower than they are meant to be where the text is twice as large. */
  .tools {
    display: flex;
    align-items: center;
    gap: var(--space-1);
    min-width: 0;
  }
  .tools :is(button, a) {
    color: var(--quiet);
  }
  .tools :is(button, a):hover {
    color: var(--text);
  }
  #help {
    position: fixed;
    inset-block: calc(var(--bar) + var(--space-1)) auto;
    inset-inline: auto var(--gutter);
    min-width: 14rem;
    margin: 0;
    padding: var(--space-2);
    border: 1px solid var(--edge);
    border-radius: var(--radius-large);
    background: var(--raised);
    color: var(--text);
  }
  #help :is(a, button) {
    justify-content: flex-start;
    display: flex;
    align-items: center;
    gap: var(--space-3);
    width: 100%;
    min-height: 2.75rem;
    padding: 0 var(--space-4);
    border-radius: var(--radius);
    text-decoration: none;
  }
  #help :is(a, button):hover {
    background: color-mix(in oklch, var(--text) 7%, transparent);
  }
  nav.mine a {
    min-height: 2.75rem;
  }
  nav.mine {
    flex: none;
    flex-wrap: wrap;
    padding: 0 calc(var(--gutter) - var(--space-3));
    border-bottom: 1px solid var(--line);
  }
  .link {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    padding: 0 var(--space-2);
    font-size: var(--size--1);
    color: var(--quiet);
  }
  .link::before {
    content: '';
    width: 0.5rem;
    height: 0.5rem;
    border: 1.5px solid currentcolor;
    border-radius: 50%;
  }
  .link.online::before {
    background: var(--alpha);
    border-color: var(--alpha);
  }
  .link.syncing::before {
    border-color: var(--beta);
    background: linear-gradient(90deg, var(--beta) 50%, transparent 50%);
  }
  main {
    flex: 1;
    display: block;
    min-width: 0;
  }
  .loading {
    /* Nothing below it is seen before the page is there, so nothing is pushed away. */
    min-height: 100dvh;
  }
  .failed {
    display: grid;
    gap: var(--space-4);
    justify-items: start;
    padding: var(--space-8) var(--gutter);
  }
  footer {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-5);
    padding: var(--space-5) var(--gutter) var(--space-6);
    border-top: 1px solid var(--line);
    font-size: var(--size--1);
    color: var(--quiet);
  }
  footer a {
    display: inline-flex;
    align-items: center;
    min-height: 1.75rem;
    text-decoration: none;
  }
  footer a:hover {
    color: var(--text);
    text-decoration: underline;
  }
  footer p {
    flex: 1 1 20rem;
    max-width: none;
  }
  :host([fills]) footer {
    display: none;
  }
  .foot {
    position: sticky;
    z-index: 9;
    bottom: 0;
  }
  .toasts {
    position: fixed;
    z-index: 20;
    inset: auto 0 var(--space-5);
    display: grid;
    justify-items: center;
    gap: var(--space-2);
    padding: 0 var(--space-4);
    pointer-events: none;
  }
  /* Stop and the rest of what plays lie at the foot: nothing may cover them. */
  :host([fills]) .toasts {
    inset: calc(var(--bar) + var(--space-2)) 0 auto;
    color-scheme: var(--player-scheme);
    color: var(--text);
  }
  .toast {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    max-width: 36rem;
    padding-block: var(--space-2);
    padding-inline: var(--space-4) var(--space-2);
    background: var(--raised);
    border: 1px solid var(--edge);
    border-radius: var(--radius-large);
    pointer-events: auto;
    animation: rise var(--slow) var(--ease);
  }
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(0.75rem);
    }
  }
  @media (width < 60rem) {
    /* Its colour says it, and its label; beside the places in long words there is no room. */
    .link span {
      display: none;
    }
  }
  @media (width < 47.5rem) {
    .home span {
      display: none;
    }
    .home {
      margin-inline-end: 0;
    }
    header {
      justify-content: space-between;
    }
    /* Within reach of the thumb. */
    header nav {
      position: fixed;
      inset: auto 0 0;
      height: calc(3.25rem + env(safe-area-inset-bottom));
      padding-bottom: env(safe-area-inset-bottom);
      background: var(--ink);
      border-top: 1px solid var(--line);
    }
    header nav a {
      flex: 1 0 auto;
      justify-content: center;
      padding: 0 0.25rem;
    }
    header nav a[aria-current]::after {
      inset: -1px 22% auto;
    }
    :host(:not([fills])) {
      padding-bottom: calc(3.25rem + env(safe-area-inset-bottom));
    }
    .foot {
      bottom: calc(3.25rem + env(safe-area-inset-bottom));
    }
    :host(:not([fills])) .toasts {
      bottom: calc(4rem + env(safe-area-inset-bottom));
    }
    :host([fills]) nav {
      display: none;
    }
  }
  @media print {
    header,
    nav.mine,
    .foot,
    footer,
    .toasts,
    .skip {
      display: none !important;
    }
  }
`;
