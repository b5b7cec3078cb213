import { css } from 'lit';

/**
 * A dialog in the middle of the page, and the row of buttons at its end. `--dialog-width` sets its width. It builds on the
 * values that `tokens.css` and, for embeds, `embed.styles.ts` both give.
 */
export const dialog = css`
  dialog {
    width: min(var(--dialog-width, 36rem), calc(100vw - min(var(--space-6), 8.4vw)));
    max-height: calc(100dvh - var(--space-6));
    padding: clamp(min(var(--space-5), 6vw), 4vw, var(--space-6));
    border: 1px solid var(--edge);
    border-radius: var(--radius-large);
    background: var(--raised);
    color: var(--text);
    overflow: auto;
    overscroll-behavior: contain;
  }
  dialog::backdrop {
    background: var(--veil);
  }
  dialog[open] {
    animation: rise var(--slow) var(--ease);
  }
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(var(--space-4));
    }
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: var(--space-3);
  }
  /* Longer than the dialog is wide: with large text, in long words. */
  .actions button {
    max-width: 100%;
    white-space: normal;
  }
`;

/** For a dialog that may be longer than the window: its form scrolls, and the buttons stay in sight at the foot. */
export const longDialog = css`
  dialog {
    --inset: clamp(min(var(--space-4), 4.2vw), 4vw, var(--space-6));
    padding: 0;
  }
  form {
    display: grid;
    gap: var(--space-5);
    padding: var(--inset) var(--inset) 0;
  }
  .actions {
    position: sticky;
    bottom: 0;
    margin: 0 calc(-1 * var(--inset));
    padding: var(--space-3) var(--inset) var(--space-4);
    border-top: 1px solid var(--line);
    background: var(--raised);
  }
`;
