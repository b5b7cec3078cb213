import { KIT, type Kit } from './kit.ts';

/** Brings the kit to the audio thread, where the transport's file looks for it. */
(globalThis as { nesKit?: Kit }).nesKit = KIT;
