import { css } from 'lit';

export const styles = css`
  header {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: end;
    gap: var(--space-5) var(--space-7);
    padding-bottom: var(--space-5);
  }
  .titles {
    display: grid;
    gap: var(--space-2);
  }
  .titles .small a {
    text-decoration: none;
  }
  .titles .small a:hover {
    color: var(--text);
  }
  .summary {
    font-size: var(--size-1);
    max-width: 48ch;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-1) var(--space-5);
    padding-top: var(--space-1);
  }
  .facts .with {
    display: flex;
    align-items: center;
    gap: 0.4rem;
  }
  .facts svg.icon {
    width: 1rem;
    height: 1rem;
  }
  .actions {
    display: grid;
    gap: var(--space-3);
  }
  .play {
    min-height: 3.25rem;
    font-size: var(--size-1);
  }
  .play svg.icon {
    fill: currentcolor;
    width: 1.05rem;
    height: 1.05rem;
  }
  .hero {
    height: clamp(14rem, 36vh, 26rem);
    background: var(--raised);
    border: 1px solid var(--line);
    border-radius: var(--radius-large);
  }
  .waiting {
    min-height: 100dvh;
  }
  .columns {
    display: grid;
    grid-template-columns: minmax(0, 1.35fr) minmax(0, 1fr);
    gap: var(--space-7) clamp(var(--space-6), 6vw, var(--space-9));
    padding-top: var(--space-7);
    max-width: 100rem;
  }
  .main,
  aside {
    display: grid;
    align-content: start;
    gap: var(--space-7);
  }
  section {
    display: grid;
    gap: var(--space-3);
    min-width: 0;
  }
  .chapters li {
    display: grid;
    grid-template-columns: 4.5rem minmax(0, 1fr) auto;
    align-items: baseline;
    gap: var(--space-3);
    padding: var(--space-2) 0;
    border-top: 1px solid var(--line);
  }
  .chapters li:last-child {
    border-bottom: 1px solid var(--line);
  }
  .chapters button {
    justify-content: flex-start;
    min-height: 2rem;
    padding: 0 var(--space-2);
    margin-inline-start: calc(-1 * var(--space-2));
    color: var(--quiet);
  }
  .chapters button:hover {
    color: var(--text);
  }
  .name {
    font-weight: 540;
  }
  .band {
    display: inline-block;
    min-width: 3.4rem;
    margin-inline-start: var(--space-3);
    color: var(--accent);
  }
  .scroll {
    overflow-x: auto;
  }
  td {
    white-space: nowrap;
  }
  .label {
    display: grid;
    gap: var(--space-1);
    padding-block: var(--space-3);
    padding-inline: var(--space-4) 0;
    border-inline-start: 3px solid var(--text);
    font-weight: 560;
  }
  .label .quiet {
    font-weight: 400;
  }
  .label.unsupported,
  .label.unrated {
    border-inline-start-style: dotted;
  }
  .label.mixed {
    border-inline-start-style: dashed;
  }
  .sources {
    display: grid;
    gap: var(--space-4);
  }
  .sources li {
    display: grid;
    gap: var(--space-1);
  }
  .known h3 {
    padding-top: var(--space-3);
  }
  .twin nes-curve {
    height: 7rem;
    background: var(--raised);
    border: 1px solid var(--line);
    border-radius: var(--radius-large);
  }
  @media (width < 53.75rem) {
    header {
      grid-template-columns: minmax(0, 1fr);
    }
    .columns {
      grid-template-columns: minmax(0, 1fr);
    }
    .chapters li {
      grid-template-columns: 3.5rem minmax(0, 1fr) auto;
    }
    .band {
      display: none;
    }
  }
  .address {
    display: none;
  }
  @media print {
    :host {
      padding: 0;
    }
    .actions,
    .twin p:last-child,
    .chapters button {
      border: 0;
    }
    .actions {
      display: none;
    }
    header {
      grid-template-columns: minmax(0, 1fr);
    }
    .hero {
      height: 14rem;
      break-inside: avoid;
    }
    nes-curve {
      print-color-adjust: exact;
    }
    .columns {
      grid-template-columns: minmax(0, 1fr);
      gap: var(--space-5);
      padding-top: var(--space-5);
    }
    .main,
    aside {
      gap: var(--space-5);
    }
    section,
    li,
    tr {
      break-inside: avoid;
    }
    h2 {
      break-after: avoid;
    }
    .scroll {
      overflow: visible;
    }
    td {
      white-space: normal;
    }
    .sources a::after {
      content: ' (' attr(href) ')';
      overflow-wrap: anywhere;
    }
    .address {
      display: block;
      padding-top: var(--space-5);
    }
  }
`;
