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

/** What went wrong, in the words of the error. */
export const showError = (error: unknown): void =>
  showToast({ message: error instanceof Error ? error.message : String(error), stays: true });
