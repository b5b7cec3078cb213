import { msg, str } from '@lit/localize';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { showToast } from '../toast.ts';

/** Tells of files of the listener's in which the browser finds no sound, as long as the host is on the page. */
export class TellUnreadable implements ReactiveController {
  readonly #source: EventTarget;

  /** @param source fires `failed` (a CustomEvent with the file's name) */
  constructor(host: ReactiveControllerHost, source: EventTarget) {
    this.#source = source;
    host.addController(this);
  }

  hostConnected(): void {
    this.#source.addEventListener('failed', this.#tell);
  }

  hostDisconnected(): void {
    this.#source.removeEventListener('failed', this.#tell);
  }

  #tell = (event: Event): void => {
    const name = (event as CustomEvent<string>).detail;
    showToast({ message: msg(str`This browser cannot read the sound in ${name}.`), stays: true });
  };
}
