import { css } from 'lit';

/** What every element of the product starts from: box model, type, focus, links, headings. */
export const base = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :host {
    font-family: var(--font, system-ui, sans-serif);
    color: var(--text);
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  figure,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
  }
  ul[role='list'],
  ol[role='list'] {
    list-style: none;
  }
  h1,
  h2,
  h3 {
    font-weight: 560;
    line-height: 1.15;
    letter-spacing: -0.012em;
    text-wrap: balance;
  }
  h1 {
    overflow-wrap: anywhere;
    font-size: clamp(var(--size-4), 1.2rem + 2.2vw, var(--size-6));
    letter-spacing: -0.022em;
  }
  h1:focus {
    outline: none;
  }
  h2 {
    font-size: var(--size-2);
  }
  h3 {
    font-size: var(--size-1);
  }
  p {
    max-width: var(--measure);
    text-wrap: pretty;
  }
  a {
    color: inherit;
    text-decoration-color: color-mix(in srgb, currentcolor 40%, transparent);
    text-underline-offset: 0.2em;
    text-decoration-thickness: 1px;
  }
  a:hover {
    text-decoration-color: currentcolor;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
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
  /* What is placed inside scrolls along, and does not make the page wide. */
  .scroll,
  .table {
    position: relative;
  }
  .away {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  svg.icon {
    display: block;
    width: 1.25rem;
    height: 1.25rem;
    flex: none;
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.5;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      transition: none !important;
      animation: none !important;
      scroll-behavior: auto !important;
    }
  }
`;

/** Buttons, chips, fields, panels and tables: the controls of the instrument. */
export const controls = css`
  button,
  .button,
  input,
  select,
  textarea {
    font: inherit;
    color: inherit;
    letter-spacing: inherit;
  }
  .button,
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-2);
    min-height: var(--target);
    max-width: 100%;
    padding: 0 var(--space-4);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: transparent;
    font-weight: 520;
    line-height: 1.2;
    text-decoration: none;
    white-space: nowrap;
    cursor: pointer;
    transition:
      border-color var(--quick) var(--ease),
      background-color var(--quick) var(--ease),
      color var(--quick) var(--ease);
  }
  /* Large text in a small window: what does not fit into one line takes two. */
  @media (width < 47.5rem) {
    .button,
    button {
      flex-shrink: 0;
      padding-block: 0.2rem;
      white-space: normal;
    }
    .square,
    .round {
      flex-shrink: 1;
    }
    .chip,
    [role='tab'] {
      white-space: nowrap;
    }
  }
  .button:hover,
  button:hover {
    border-color: var(--edge);
  }
  .button:active,
  button:active {
    background: color-mix(in srgb, var(--text) 8%, transparent);
  }
  button:disabled {
    color: var(--quiet);
    border-style: dashed;
    cursor: default;
  }
  .primary {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--on-accent);
    font-weight: 600;
  }
  .primary:hover {
    border-color: var(--accent);
    background: color-mix(in oklch, var(--accent) 88%, var(--text));
  }
  .primary:active {
    background: color-mix(in oklch, var(--accent) 80%, var(--text));
  }
  .primary:disabled {
    background: transparent;
    color: var(--quiet);
    border-color: var(--edge);
  }
  .danger {
    color: var(--danger);
    border-color: color-mix(in srgb, var(--danger) 55%, transparent);
  }
  .danger:hover {
    border-color: var(--danger);
  }
  .bare {
    border-color: transparent;
  }
  .bare:hover {
    border-color: var(--line);
  }
  .square {
    width: var(--target);
    padding: 0;
  }
  .round {
    width: var(--target);
    padding: 0;
    border-radius: 50%;
  }
  .chip {
    min-height: 2.125rem;
    padding: 0 var(--space-3);
    border-radius: 2rem;
    font-size: var(--size--1);
    font-weight: 500;
    color: var(--quiet);
  }
  @media (pointer: coarse) {
    .chip {
      min-height: 2.5rem;
    }
  }
  .chip:hover {
    color: var(--text);
  }
  .chip[aria-pressed='true'],
  .chip[aria-checked='true'] {
    background: var(--text);
    border-color: var(--text);
    color: var(--ink);
  }
  @media (forced-colors: active) {
    [aria-pressed='true'],
    [aria-checked='true'],
    [aria-selected='true'] {
      border: 3px double !important;
    }
    select {
      appearance: auto;
    }
  }
  label.field,
  .field {
    display: grid;
    gap: var(--space-2);
    font-size: var(--size--1);
    color: var(--quiet);
  }
  .field {
    grid-template-columns: minmax(0, 1fr);
  }
  .field input:not([type='range']),
  .field select,
  .field textarea,
  input.line,
  select.line {
    width: 100%;
    min-height: var(--target);
    padding: 0 min(var(--space-3), 3.1vw);
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    background-color: var(--ink);
    color: var(--text);
    font-size: var(--size-0);
  }
  .field textarea {
    padding: var(--space-3);
    min-height: 5rem;
    line-height: 1.5;
    resize: vertical;
  }
  select {
    appearance: none;
    background-image:
      linear-gradient(45deg, transparent 50%, var(--quiet) 50%), linear-gradient(-45deg, transparent 50%, var(--quiet) 50%);
    background-position:
      right 1.05rem center,
      right 0.75rem center;
    background-size: 0.3rem 0.3rem;
    background-repeat: no-repeat;
    padding-inline-end: min(2rem, 8.2vw) !important;
  }
  select:dir(rtl) {
    background-position:
      left 0.75rem center,
      left 1.05rem center;
  }
  input[type='file'],
  .field input[type='file'] {
    max-width: 100%;
    min-height: var(--target);
    padding: 0.3rem;
    cursor: pointer;
  }
  ::file-selector-button {
    font: inherit;
    color: inherit;
    min-height: calc(var(--target) - 0.7rem);
    margin-inline-end: var(--space-3);
    padding: 0 var(--space-3);
    border: 1px solid var(--edge);
    border-radius: calc(var(--radius) - 0.2rem);
    background: transparent;
    cursor: pointer;
  }
  input::placeholder,
  textarea::placeholder {
    color: var(--quiet);
    opacity: 1;
  }
  .field .problem {
    color: var(--danger);
  }
  input[aria-invalid='true'] {
    border-color: var(--danger) !important;
  }
  input[type='range'] {
    appearance: none;
    width: 100%;
    height: 1.75rem;
    margin: 0;
    background: transparent;
    cursor: pointer;
  }
  /* Drawn as borders, which are there in forced colours too. */
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
    width: 1.125rem;
    height: 1.125rem;
    margin-top: calc(-0.5625rem - 1px);
    border: 2px solid var(--text);
    border-radius: 50%;
    background: var(--ink);
  }
  input[type='range']::-moz-range-thumb {
    width: 0.875rem;
    height: 0.875rem;
    border: 2px solid var(--text);
    border-radius: 50%;
    background: var(--ink);
  }
  input[type='range']:focus-visible {
    outline-offset: 0;
    border-radius: var(--radius);
  }
  .check {
    display: flex;
    gap: var(--space-3);
    align-items: flex-start;
    cursor: pointer;
  }
  /* A word or two beside it: one line, as high as a finger needs. */
  .check.single {
    align-items: center;
    min-height: var(--target);
  }
  .check.single input {
    margin: 0;
  }
  .check input {
    appearance: none;
    flex: none;
    display: grid;
    place-content: center;
    width: 1.5rem;
    height: 1.5rem;
    margin: 0.05rem 0 0;
    border: 1.5px solid var(--edge);
    border-radius: 6px;
    background: var(--ink);
    cursor: pointer;
  }
  .check input[type='radio'] {
    border-radius: 50%;
  }
  .check input:checked {
    background: var(--text);
    border-color: var(--text);
  }
  .check input:checked::before {
    content: '';
    width: 0.7rem;
    height: 0.35rem;
    margin-top: -0.2rem;
    border: solid var(--ink);
    border-width: 0 0 2px 2px; /* physical: a tick */
    transform: rotate(-45deg);
  }
  .check input[type='radio']:checked::before {
    width: 0;
    height: 0;
    margin: 0;
    border: 0.275rem solid var(--ink);
    border-radius: 50%;
    transform: none;
  }
  .panel {
    background: var(--raised);
    border: 1px solid var(--line);
    border-radius: var(--radius-large);
    padding: clamp(min(var(--space-4), 4.2vw), 2.4vw, var(--space-6));
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-3);
  }
  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-4);
  }
  table {
    border-collapse: collapse;
    width: 100%;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    padding-block: var(--space-2);
    padding-inline: 0 var(--space-4);
    border-bottom: 1px solid var(--line);
    text-align: start;
    vertical-align: baseline;
  }
  th {
    font-weight: 500;
    color: var(--quiet);
    font-size: var(--size--1);
  }
  details > summary {
    cursor: pointer;
    color: var(--quiet);
    padding: var(--space-2) 0;
  }
  details > summary:hover {
    color: var(--text);
  }
`;

/** The colour of a band as `--accent`, by the name of the band as class. */
export const bandColours = css`
  .delta {
    --accent: var(--delta);
  }
  .theta {
    --accent: var(--theta);
  }
  .alpha {
    --accent: var(--alpha);
  }
  .beta {
    --accent: var(--beta);
  }
  .gamma {
    --accent: var(--gamma);
  }
  .control {
    --accent: var(--control);
  }
`;

/** A page inside the shell. */
export const page = css`
  :host {
    display: block;
    padding: var(--space-6) var(--gutter) var(--space-9);
  }
`;
