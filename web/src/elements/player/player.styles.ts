import { css } from 'lit';

/** What is seen while nothing is loaded. */
export const styles = css`
  .card {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-3);
    padding: clamp(12px, 4cqi, 24px);
    border: 1px solid var(--line);
    border-radius: var(--radius-large);
    background: var(--raised);
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    justify-content: space-between;
    gap: var(--space-1) var(--space-5);
  }
  .titles {
    min-width: 0;
  }
  .title {
    overflow-wrap: anywhere;
  }
  .blank {
    display: inline-block;
    width: 7em;
    height: 0.7em;
    border-radius: 4px;
    background: var(--line);
  }
  .views {
    position: relative;
    display: grid;
    grid-template: 0 minmax(0, 1fr) / minmax(0, 1fr);
    height: var(--nes-height, clamp(150px, 48cqi, 440px));
    border-radius: var(--radius);
    overflow: hidden;
  }
  .views.said {
    grid-template-rows: auto;
    align-content: center;
    justify-items: center;
    gap: var(--space-3);
    padding: var(--space-4);
    border: 1px dashed var(--line);
    text-align: center;
    text-wrap: balance;
    overflow-wrap: anywhere;
  }
`;
