import { css } from 'lit';

export const styles = css`
  .columns {
    display: grid;
    grid-template-columns: minmax(0, 1.1fr) minmax(0, 1fr);
    gap: var(--space-6) clamp(var(--space-6), 6vw, var(--space-9));
    max-width: 80rem;
    padding-top: var(--space-6);
    align-items: start;
  }
  section,
  .main {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-4);
    align-content: start;
  }
  .main {
    gap: var(--space-7);
  }
  p {
    max-width: 68ch;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-3);
    align-items: end;
  }
  .head {
    width: min(100%, 24rem);
    justify-self: center;
  }
  .head .outline {
    fill: none;
    stroke: var(--edge);
    stroke-width: 1.5;
  }
  .head circle {
    fill: var(--raised);
    stroke: var(--edge);
    stroke-width: 1.5;
  }
  .head .good circle {
    stroke: var(--accent);
    stroke-width: 3;
  }
  .head .bad circle {
    stroke: var(--danger);
    stroke-dasharray: 4 3;
    stroke-width: 3;
  }
  .head text {
    fill: var(--text);
    font-size: 15px;
    text-anchor: middle;
  }
  /* Names stand over the outline of the head. */
  .head .name {
    fill: var(--quiet);
    font-size: 12px;
    stroke: var(--ink);
    stroke-width: 5;
    stroke-linejoin: round;
    paint-order: stroke;
  }
  .contacts,
  .answers,
  .stored {
    display: grid;
    padding: 0;
    margin: 0;
    list-style: none;
  }
  .contacts li,
  .answers li,
  .stored li {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2) var(--space-4);
    padding: var(--space-2) 0;
    border-top: 1px solid var(--line);
    justify-content: space-between;
    align-items: center;
  }
  .contacts span:last-child {
    color: var(--quiet);
  }
  .answers li {
    display: grid;
    grid-template-columns: 6rem minmax(0, 1fr);
    justify-content: stretch;
    align-items: baseline;
    padding: var(--space-3) 0;
  }
  .answers b {
    font-weight: 560;
  }
  .answers .follows b::before {
    content: '● ';
    color: var(--accent);
  }
  .answers .not-seen b::before {
    content: '○ ';
  }
  .answers .cannot-tell b::before {
    content: '? ';
    color: var(--quiet);
  }
  .time {
    font-size: var(--size-4);
    font-variant-numeric: tabular-nums;
  }
  .running {
    min-height: 40vh;
    place-content: center;
    justify-items: center;
    text-align: center;
  }
  input[type='number'],
  input[type='text'] {
    width: 8rem;
  }
  table {
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    padding-block: var(--space-1);
    padding-inline: 0 var(--space-4);
    text-align: start;
    border-top: 1px solid var(--line);
  }
  @media (width < 53.75rem) {
    .columns {
      grid-template-columns: minmax(0, 1fr);
    }
    .answers li {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
