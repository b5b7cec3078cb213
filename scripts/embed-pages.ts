import type { Integrity } from './build-embed.ts';
export async function writeEmbedPages(_folder: string, _integrity: Integrity): Promise<void> {}
