/** Folder that the embeddable module was loaded from, with a slash at its end; null where the elements are part of the application. */
let folder: string | null = null;

export const homeFolder = (): string | null => folder;

/** Called once by the entry `nes.ts`, which knows its own address. */
export const setHomeFolder = (address: string): void => {
  folder = new URL('.', address).href;
};
