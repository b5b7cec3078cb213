import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Takes files that are dropped anywhere on the page, as long as the host is on it. */
export class FileDrop implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #take: (files: File[]) => void;
  /** How many elements, one within the other, the files are over. */
  #depth = 0;

  constructor(host: ReactiveControllerHost, take: (files: File[]) => void) {
    this.#host = host;
    this.#take = take;
    host.addController(this);
  }

  /** Files are held over the page. */
  get over(): boolean {
    return this.#depth > 0;
  }

  hostConnected(): void {
    for (const type of ['dragenter', 'dragover', 'dragleave', 'drop'] as const)
      window.addEventListener(type, this.#dragged);
  }

  hostDisconnected(): void {
    for (const type of ['dragenter', 'dragover', 'dragleave', 'drop'] as const)
      window.removeEventListener(type, this.#dragged);
  }

  #dragged = (event: DragEvent): void => {
    const { type, dataTransfer } = event;
    if (type === 'dragleave') {
      this.#set(Math.max(0, this.#depth - 1));
      return;
    }
    if (!dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    if (type === 'dragenter') this.#set(this.#depth + 1);
    else if (type === 'dragover') dataTransfer.dropEffect = 'copy';
    else {
      this.#set(0);
      if (dataTransfer.files.length > 0) this.#take([...dataTransfer.files]);
    }
  };

  #set(depth: number): void {
    this.#depth = depth;
    this.#host.requestUpdate();
  }
}
