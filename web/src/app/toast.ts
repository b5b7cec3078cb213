/** A short message at the foot of the page, read out by screen readers; with one thing to do, where there is one. */
export interface Toast {
  message: string;
  action?: { label: string; run: () => void };
  /** True: stays until it is closed. */
  stays?: boolean;
}

export class ToastEvent extends Event {
  static readonly type = 'nes-toast';
  readonly toast: Toast;

  constructor(toast: Toast) {
    super(ToastEvent.type);
    this.toast = toast;
  }
}

export function showToast(toast: Toast): void {
  window.dispatchEvent(new ToastEvent(toast));
}

/** What went wrong; what the browser says of it in its own terms, in ours. */
export const wordsFor = (error: unknown): Promise<string> =>
  import('./told.ts').then(
    ({ told }) => told(error),
    () => String(error),
  );

export function showError(error: unknown): void {
  wordsFor(error).then((message) => showToast({ message, stays: true }));
}
