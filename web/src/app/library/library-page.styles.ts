import { css } from 'lit';

export const styles = css`
  :host {
    padding-top: var(--space-5);
  }
  .now {
    display: grid;
    gap: var(--space-4);
    padding-bottom: var(--space-6);
  }
  .words {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: var(--space-1) var(--space-5);
  }
  .lead {
    max-width: none;
  }
  .welcome {
    display: grid;
    grid-template-columns: minmax(0, 1.35fr) minmax(0, 1fr);
    align-items: end;
    gap: var(--space-5) clamp(var(--space-5), 6vw, var(--space-8));
    padding: var(--space-4) 0 var(--space-4);
  }
  .what {
    display: grid;
    gap: var(--space-4);
  }
  .what h1 {
    max-width: 20ch;
    font-size: clamp(var(--size-5), 1.4rem + 2.6vw, var(--size-8));
    letter-spacing: -0.03em;
  }
  .what p {
    max-width: 60ch;
    color: var(--quiet);
  }
  .way {
    display: grid;
    justify-items: start;
    gap: var(--space-3);
  }
  .aims {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-3);
  }
  .aims button {
    min-height: 3.25rem;
    padding: 0 var(--space-5);
    font-size: var(--size-1);
  }
  .aims svg.icon {
    fill: currentcolor;
    width: 1.05rem;
    height: 1.05rem;
  }
  .heart {
    margin-block: calc(-1 * var(--space-2));
    margin-inline: calc(-1 * var(--space-2)) 0;
    color: var(--quiet);
  }
  .heart[aria-pressed='true'] {
    color: var(--gamma);
  }
  .heart[aria-pressed='true'] svg.icon {
    fill: currentcolor;
  }
  .suggestions {
    display: grid;
    grid-template-columns: minmax(0, 2fr) minmax(0, 1fr);
    grid-template-rows: 1fr 1fr;
    gap: var(--space-3);
  }
  .suggestion {
    position: relative;
    display: flex;
    flex-direction: column;
    min-height: 9.5rem;
    background: var(--raised);
    border: 1px solid var(--line);
    border-radius: var(--radius-large);
    overflow: hidden;
  }
  .suggestion.best {
    grid-row: span 2;
    min-height: 20rem;
  }
  .suggestion nes-curve {
    flex: 1;
    height: auto;
    min-height: 3.5rem;
  }
  .suggestion .about {
    display: flex;
    flex-wrap: wrap;
    align-items: flex-end;
    justify-content: space-between;
    gap: var(--space-4);
    padding: var(--space-3) var(--space-4) var(--space-4);
    border-top: 1px solid var(--line);
  }
  .suggestion .about > div {
    flex: 1 1 0;
    min-width: min-content;
  }
  .best .about {
    padding: var(--space-4) var(--space-5) var(--space-5);
  }
  .best h2 {
    font-size: var(--size-4);
  }
  .suggestion h2 a,
  .card h3 a {
    text-decoration: none;
  }
  .suggestion h2 a:hover,
  .card h3 a:hover {
    text-decoration: underline;
    text-decoration-thickness: 1px;
  }
  .suggestion:not(.best) h2 {
    font-size: var(--size-1);
  }
  .reason {
    padding-top: var(--space-1);
    color: var(--quiet);
  }
  .suggestion:not(.best) .reason {
    font-size: var(--size--1);
  }
  .facts {
    color: var(--quiet);
    font-size: var(--size--1);
  }
  .best .facts {
    padding-top: var(--space-1);
  }
  .play {
    flex: none;
  }
  .play svg.icon {
    fill: currentcolor;
    width: 1.05rem;
    height: 1.05rem;
  }
  .best .play {
    min-height: 3rem;
    padding: 0 var(--space-5);
    font-size: var(--size-1);
  }
  .suggestion:not(.best) .play {
    width: var(--target);
    padding: 0;
    border-radius: 50%;
  }
  .filters {
    position: sticky;
    z-index: 5;
    top: var(--bar);
    display: grid;
    gap: var(--space-2);
    margin: 0 calc(-1 * var(--gutter));
    padding: var(--space-3) var(--gutter);
    background: var(--over);
  }
  .line {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    min-width: 0;
  }
  .search {
    position: relative;
    flex: 0 1 17rem;
    min-width: 9rem;
  }
  .search svg.icon {
    position: absolute;
    inset-block: 0;
    inset-inline: 0.7rem auto;
    height: 100%;
    width: 1.1rem;
    color: var(--quiet);
    pointer-events: none;
  }
  .search input {
    width: 100%;
    min-height: 2.5rem;
    padding-block: 0;
    padding-inline: 2.2rem var(--space-3);
    border: 1px solid var(--edge);
    border-radius: 2rem;
    background: var(--ink);
  }
  .search input::-webkit-search-cancel-button {
    appearance: none;
  }
  .chips {
    display: flex;
    gap: var(--space-2);
    flex: 1;
    min-width: 0;
    padding: 3px;
    overflow-x: auto;
    scrollbar-width: none;
  }
  .chips .chip {
    flex: none;
  }
  .more {
    flex-wrap: wrap;
    gap: var(--space-2);
  }
  .more .chip {
    border-color: transparent;
  }
  .more .chip:hover,
  .more .chip[aria-pressed='true'] {
    border-color: var(--line);
  }
  .more svg.icon {
    width: 1rem;
    height: 1rem;
  }
  select.chip {
    background-color: transparent;
    cursor: pointer;
  }
  select.set {
    color: var(--text);
    border-color: var(--edge) !important;
  }
  option {
    background: var(--raised);
    color: var(--text);
  }
  .count {
    margin-inline-start: auto;
  }
  .grid {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 17.5rem), 1fr));
    gap: var(--space-4);
    padding-top: var(--space-3);
  }
  .card {
    position: relative;
    display: flex;
    flex-direction: column;
    background: var(--raised);
    border: 1px solid var(--line);
    border-radius: var(--radius-large);
    overflow: hidden;
    content-visibility: auto;
    contain-intrinsic-size: auto 14.5rem;
    transition: border-color var(--quick) var(--ease);
  }
  .card:hover,
  .card:focus-within {
    border-color: var(--edge);
  }
  .card nes-curve {
    height: 7.25rem;
    border-bottom: 1px solid var(--line);
  }
  .card .about {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-3);
    padding: var(--space-3) var(--space-4) 0;
  }
  .card .names {
    min-width: 0;
  }
  .card .play {
    position: relative;
    z-index: 1;
    border-color: var(--edge);
  }
  .card .play:hover,
  .card .play:focus-visible {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--on-accent);
  }
  .card h3 a::after {
    content: '';
    position: absolute;
    inset: 0;
    border-radius: inherit;
  }
  .card h3 a:focus-visible {
    outline: none;
  }
  .card h3 a:focus-visible::after {
    outline: 2px solid var(--accent);
    outline-offset: -3px;
    border-radius: var(--radius-large);
  }
  .marks {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-1) var(--space-4);
    padding: var(--space-2) var(--space-4) var(--space-4);
  }
  .mark {
    display: inline-flex;
    align-items: center;
    gap: 0.4rem;
    font-size: var(--size--1);
    color: var(--quiet);
  }
  .mark svg.icon {
    width: 1rem;
    height: 1rem;
  }
  .stars {
    margin-inline-start: auto;
  }
  .stars svg.icon {
    width: 0.9rem;
    height: 0.9rem;
    fill: currentcolor;
  }
  .author {
    color: var(--text);
  }
  .evidence::before {
    content: '';
    width: 0.6rem;
    height: 0.6rem;
    border: 1.5px solid currentcolor;
    border-radius: 50%;
  }
  .evidence.promising::before {
    background: currentcolor;
  }
  .evidence.mixed::before {
    background: linear-gradient(90deg, currentcolor 50%, transparent 50%);
  }
  .evidence.control::before {
    border-radius: 1px;
  }
  .nothing {
    display: grid;
    justify-items: center;
    gap: var(--space-4);
    padding: var(--space-8) 0;
  }
  @media (width < 53.75rem) {
    .welcome {
      grid-template-columns: minmax(0, 1fr);
      padding-top: 0;
    }
    .suggestions {
      grid-template-columns: minmax(0, 1fr);
      grid-template-rows: none;
    }
    .suggestion.best {
      min-height: 16rem;
    }
    .suggestion:not(.best) {
      flex-direction: row;
      min-height: 5.5rem;
    }
    .suggestion:not(.best) nes-curve {
      flex: 0 0 32%;
      min-height: 0;
    }
    .suggestion:not(.best) .about {
      flex: 1;
      align-items: center;
      border-top: 0;
      border-inline-start: 1px solid var(--line);
    }
    .suggestion:not(.best) .facts {
      display: none;
    }
    .filters {
      position: static;
    }
    .line:not(.more) {
      flex-direction: column;
      align-items: stretch;
    }
    .search {
      flex: none;
    }
    .line:not(.more) .chips {
      margin: 0 calc(-1 * var(--gutter));
      padding: 3px var(--gutter);
    }
    .more .chip {
      padding-inline-start: var(--space-2);
    }
  }
`;
