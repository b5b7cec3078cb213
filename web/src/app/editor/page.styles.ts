import { css } from 'lit';

export const styles = css`
  :host {
    display: flex;
    flex-direction: column;
    height: calc(100vh - var(--bar) - 1px);
    height: calc(100dvh - var(--bar) - 1px);
    min-height: 38rem;
    padding: 0;
  }
  .bar {
    display: flex;
    flex: none;
    align-items: center;
    gap: var(--space-2);
    min-height: 3.25rem;
    padding: var(--space-2) var(--space-4);
    border-bottom: 1px solid var(--line);
  }
  .bar button,
  .bar .button,
  .bar select,
  .bar summary {
    min-height: 2.25rem;
    padding: 0 var(--space-3);
    border-radius: 8px;
    font-size: var(--size--1);
  }
  .bar .square {
    width: 2.25rem;
    padding: 0;
  }
  .title {
    flex: 0 1 auto;
    field-sizing: content;
    min-width: 11rem;
    max-width: 34rem;
    min-height: 2.25rem;
    padding: 0 var(--space-2);
    margin-inline-start: calc(-1 * var(--space-2));
    border: 1px solid transparent;
    border-radius: 8px;
    background: transparent;
    font-size: var(--size-1);
    font-weight: 560;
    letter-spacing: -0.01em;
    text-overflow: ellipsis;
  }
  .title:hover {
    border-color: var(--line);
  }
  .title:focus {
    border-color: var(--edge);
  }
  .status {
    flex: 0 1 auto;
    overflow: hidden;
    font-size: var(--size--1);
    color: var(--quiet);
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .gap {
    flex: 1;
  }
  .group {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px;
  }
  .parting {
    align-self: stretch;
    width: 1px;
    margin: 0.35rem var(--space-1);
    background: var(--line);
  }
  .play {
    width: 2.75rem !important;
    padding: 0 !important;
  }
  .readout {
    display: flex;
    align-items: baseline;
    gap: var(--space-3);
    min-width: 14.5rem;
    padding: 0 var(--space-3);
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .position {
    font-size: var(--size-2);
    font-weight: 560;
    letter-spacing: -0.02em;
  }
  .of {
    color: var(--quiet);
    font-size: var(--size--1);
  }
  .beat {
    min-width: 5.5rem;
    font-size: var(--size--1);
    color: var(--quiet);
  }
  .meter {
    display: grid;
    grid-template: repeat(2, 0.3rem) / 5rem 4.5rem;
    gap: 3px var(--space-2);
    align-items: center;
    font-size: var(--size--1);
    color: var(--quiet);
  }
  /* The left ear above the right one. */
  .meter i {
    grid-column: 1;
    height: 100%;
    background: linear-gradient(var(--accent) 0 0) no-repeat 0 0 / calc(100% * var(--left, 0)) 100% var(--line);
  }
  .meter i + i {
    background-size: calc(100% * var(--right, 0)) 100%;
  }
  .meter.over i {
    background-image: linear-gradient(var(--danger) 0 0);
  }
  .meter .most {
    grid-area: 1 / 2 / span 2;
    white-space: nowrap;
  }
  .meter.over .most {
    color: var(--danger);
    font-weight: 600;
  }
  [aria-pressed='true'].toggle {
    border-color: var(--accent);
    color: var(--accent);
  }
  details.menu {
    position: relative;
  }
  details.menu > summary {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
    border: 1px solid var(--line);
    color: var(--text);
    font-weight: 520;
    list-style: none;
    white-space: nowrap;
  }
  details.menu > summary::-webkit-details-marker {
    display: none;
  }
  details.menu > summary:hover {
    border-color: var(--edge);
  }
  details.menu > .items {
    position: absolute;
    z-index: 20;
    top: calc(100% + 6px);
    inset-inline-end: 0;
    display: grid;
    min-width: 13rem;
    padding: var(--space-2);
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    background: var(--raised);
  }
  .items button,
  .items a {
    display: flex;
    justify-content: start;
    align-items: center;
    gap: var(--space-3);
    min-height: 2.25rem;
    padding: 0 var(--space-3);
    border: 0;
    border-radius: 7px;
    font-size: var(--size--1);
    font-weight: 500;
    text-align: start;
    text-decoration: none;
  }
  .items {
    max-height: min(24rem, 60vh);
    overflow: auto;
  }
  .items a span:last-child {
    margin-inline-start: auto;
  }
  .items button:hover,
  .items a:hover {
    background: color-mix(in srgb, var(--text) 8%, transparent);
  }
  .studio {
    display: grid;
    flex: 1;
    grid-template-columns: minmax(0, 1fr) 19rem;
    min-height: 0;
  }
  nes-editor-inspector {
    border-inline-start: 1px solid var(--line);
  }
  .dock {
    display: flex;
    flex-direction: column;
    flex: none;
    border-top: 1px solid var(--line);
  }
  .tabs {
    display: flex;
    align-items: center;
    gap: 2px;
    padding: 0 var(--space-3);
    overflow-x: auto;
  }
  .tabs button {
    min-height: 2.375rem;
    padding: 0 var(--space-3);
    border: 0;
    border-radius: 0;
    font-size: var(--size--1);
    color: var(--quiet);
    box-shadow: inset 0 2px 0 transparent;
  }
  .tabs button[aria-selected='true'] {
    color: var(--text);
    box-shadow: inset 0 2px 0 var(--accent);
  }
  .tabs button:focus-visible {
    outline-offset: -3px;
  }
  .badge {
    min-width: 1.25rem;
    padding: 0 0.3rem;
    border-radius: 1rem;
    background: color-mix(in srgb, var(--quiet) 22%, transparent);
    color: var(--text);
    line-height: 1.25rem;
    text-align: center;
    font-variant-numeric: tabular-nums;
  }
  .badge.bad {
    background: var(--danger);
    color: var(--on-accent);
    font-weight: 600;
  }
  .panel-body {
    height: clamp(9rem, 27vh, 20rem);
    overflow: auto;
    overscroll-behavior: contain;
    border-top: 1px solid var(--line);
  }
  .drop {
    position: fixed;
    z-index: 40;
    inset: 0.75rem;
    display: grid;
    place-content: center;
    border: 2px dashed var(--accent);
    border-radius: var(--radius-large);
    background: var(--veil);
    font-size: var(--size-3);
    font-weight: 560;
    text-align: center;
    pointer-events: none;
  }
  .lost {
    padding: var(--space-6) var(--gutter);
  }
  .loading {
    flex: 1;
  }
  .short {
    display: none;
  }
  @media (max-width: 75rem) {
    .bar .words {
      display: none;
    }
    .bar button:has(.words),
    .bar summary:has(.words) {
      padding: 0 var(--space-2);
    }
  }
  @media (max-width: 60rem) {
    :host {
      height: auto;
      min-height: 0;
    }
    .bar {
      flex-wrap: wrap;
    }
    .transport {
      position: sticky;
      z-index: 8;
      top: var(--bar);
      background: var(--ink);
    }
    .studio {
      grid-template-columns: minmax(0, 1fr);
    }
    nes-editor-lanes {
      height: min(34rem, 72vh);
    }
    nes-editor-inspector {
      border-inline-start: 0;
      border-top: 1px solid var(--line);
      overflow: visible;
    }
    .panel-body {
      height: auto;
      max-height: 70vh;
    }
  }
  @media (max-width: 44rem) {
    .bar {
      padding: var(--space-2) var(--space-3);
      gap: var(--space-1) var(--space-2);
    }
    .bar > .gap {
      display: none;
    }
    .bar > .status {
      flex-basis: 100%;
      white-space: normal;
    }
    .bar > .primary,
    .transport > details.menu {
      margin-inline-start: auto;
    }
    .title {
      flex-basis: 100%;
      max-width: none;
      margin-inline-start: 0;
    }
    .readout {
      min-width: min-content;
      flex: 1;
      gap: var(--space-2);
      padding: 0 var(--space-1);
    }
    .beat {
      display: none;
    }
    .parting {
      display: none;
    }
    .meter {
      grid-template-columns: 2.5rem 4.5rem;
    }
    /* A menu is as wide as the page: below its own button it would hang out of it. */
    .bar:not(.transport) {
      position: relative;
    }
    details.menu {
      position: static;
    }
    details.menu > .items {
      top: 100%;
      inset-inline-end: var(--space-3);
      inset-inline-start: var(--space-3);
    }
  }
`;
