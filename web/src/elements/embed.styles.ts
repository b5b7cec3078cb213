import { css } from 'lit';

/**
 * The ground of every embeddable element. Nothing of the page comes in: `.root` takes back all that is inherited, and it
 * is out of reach of the page's selectors. The values are those of `styles/tokens.css`, in pixels, because a page may
 * set any size on its root. A page themes by `color-scheme` and by the `--nes-*` properties.
 */
export const embed = css`
  :host {
    display: block;
    min-width: 0;
  }
  :host([hidden]) {
    display: none;
  }
  .root {
    all: initial;
    display: block;
    box-sizing: border-box;
    color-scheme: inherit;
    container-type: inline-size;

    --ink: var(--nes-ink, light-dark(oklch(98% 0.006 95), oklch(16% 0.02 265)));
    --raised: var(--nes-raised, light-dark(oklch(100% 0 0), oklch(20% 0.022 265)));
    --line: var(--nes-line, light-dark(oklch(88% 0.01 95), oklch(32% 0.02 265)));
    --edge: var(--nes-edge, light-dark(oklch(62% 0.015 95), oklch(52% 0.02 265)));
    --text: var(--nes-text, light-dark(oklch(22% 0.02 265), oklch(95% 0.01 265)));
    --quiet: var(--nes-quiet, light-dark(oklch(46% 0.02 265), oklch(74% 0.02 265)));
    --danger: var(--nes-danger, light-dark(oklch(52% 0.19 27), oklch(70% 0.17 25)));
    --on-accent: light-dark(oklch(100% 0 0), oklch(16% 0.02 265));
    --veil: light-dark(oklch(98% 0.006 95 / 0.82), oklch(12% 0.02 265 / 0.78));
    --delta: var(--nes-delta, light-dark(oklch(51% 0.17 280), oklch(64% 0.13 280)));
    --theta: var(--nes-theta, light-dark(oklch(51% 0.18 310), oklch(68% 0.14 310)));
    --alpha: var(--nes-alpha, light-dark(oklch(50% 0.09 195), oklch(78% 0.11 190)));
    --beta: var(--nes-beta, light-dark(oklch(53% 0.11 75), oklch(82% 0.13 85)));
    --gamma: var(--nes-gamma, light-dark(oklch(53% 0.18 22), oklch(74% 0.15 20)));
    --control: var(--nes-control, light-dark(oklch(50% 0 0), oklch(70% 0 0)));
    --accent: var(--nes-accent, var(--alpha));

    --font: var(--nes-font, "Hanken Grotesk", system-ui, sans-serif);
    --unit: var(--nes-text-size, 15px);
    --size--1: calc(var(--unit) * 0.8667);
    --size-0: var(--unit);
    --size-1: calc(var(--unit) * 1.2);
    --size-2: calc(var(--unit) * 1.44);
    --size-3: calc(var(--unit) * 1.728);
    --size-4: calc(var(--unit) * 2.0736);
    --size-6: calc(var(--unit) * 2.986);
    --measure: 68ch;
    --space-1: 4px;
    --space-2: 8px;
    --space-3: 12px;
    --space-4: 16px;
    --space-5: 24px;
    --space-6: 32px;
    --radius: var(--nes-radius, 10px);
    --radius-large: calc(var(--radius) * 1.6);
    --target: 40px;
    --quick: 160ms;
    --slow: 240ms;
    --ease: cubic-bezier(0.2, 0.7, 0.2, 1);

    font: 400 var(--size-0) / 1.5 var(--font);
    color: var(--text);
    -webkit-font-smoothing: antialiased;
    text-size-adjust: 100%;
  }
  :host([theme='dark']) .root {
    color-scheme: dark;
  }
  :host([theme='light']) .root {
    color-scheme: light;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  h2,
  h3 {
    font-weight: 560;
    line-height: 1.15;
    letter-spacing: -0.012em;
    text-wrap: balance;
  }
  h2 {
    font-size: var(--size-2);
  }
  h3 {
    font-size: var(--size-1);
  }
  a {
    color: inherit;
    text-underline-offset: 0.2em;
    text-decoration-thickness: 1px;
  }
  .quiet {
    color: var(--quiet);
  }
  .small {
    font-size: var(--size--1);
  }
  .figures {
    font-variant-numeric: tabular-nums;
  }
  .away {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-3);
  }
  .delta {
    --accent: var(--nes-accent, var(--delta));
  }
  .theta {
    --accent: var(--nes-accent, var(--theta));
  }
  .alpha {
    --accent: var(--nes-accent, var(--alpha));
  }
  .beta {
    --accent: var(--nes-accent, var(--beta));
  }
  .gamma {
    --accent: var(--nes-accent, var(--gamma));
  }
  .control {
    --accent: var(--nes-accent, var(--control));
  }
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-2);
    min-height: var(--target);
    margin: 0;
    padding: 0 var(--space-4);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: transparent;
    color: inherit;
    font: inherit;
    font-weight: 520;
    line-height: 1.2;
    cursor: pointer;
    transition:
      border-color var(--quick) var(--ease),
      background-color var(--quick) var(--ease);
  }
  button:hover {
    border-color: var(--edge);
  }
  button:active {
    background: color-mix(in srgb, var(--text) 8%, transparent);
  }
  button:disabled {
    color: var(--quiet);
    border-style: dashed;
    cursor: default;
  }
  button.solid {
    border-color: var(--text);
    background: var(--text);
    color: var(--ink);
  }
  button.solid:hover {
    background: color-mix(in oklch, var(--text) 85%, var(--accent));
  }
  button.danger {
    color: var(--danger);
    border-color: color-mix(in srgb, var(--danger) 55%, transparent);
  }
  button.danger:hover {
    border-color: var(--danger);
  }
  button.danger:disabled {
    color: var(--quiet);
    border-color: var(--line);
  }
  button.link {
    min-height: 24px;
    padding: 0;
    border: 0;
    border-radius: 2px;
    text-decoration: underline;
    text-underline-offset: 0.2em;
    text-decoration-thickness: 1px;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  svg.icon {
    display: block;
    flex: none;
    width: 20px;
    height: 20px;
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.5;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  @media (pointer: coarse) {
    .root {
      --target: 44px;
    }
  }
  @media (prefers-contrast: more) {
    .root {
      --line: var(--edge);
      --quiet: var(--text);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
      animation: none !important;
    }
  }
`;
