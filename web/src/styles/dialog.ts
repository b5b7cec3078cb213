import { css } from 'lit';

/** A dialog in the middle of the page, and the row of buttons at its end. */
export const dialog = css`
  dialog {
    width: min(30rem, calc(100vw - 2rem));
    max-height: calc(100dvh - 2rem);
    padding: clamp(var(--space-4), 4vw, var(--space-6));
    border: 1px solid var(--edge);
    border-radius: var(--radius-large);
    background: var(--raised);
    color: var(--text);
    overflow: auto;
  }
  dialog::backdrop {
    background: var(--veil);
  }
  .actions {
    display: flex;
    justify-content: flex-end;
    gap: var(--space-3);
  }
`;
