import { go } from '../router.ts';

let handed: readonly File[] = [];

/** Opens files in a new program of the editor, from any page. */
export function openInEditor(files: readonly File[]): void {
  handed = files;
  go('edit/new');
}

/** The files that were handed to the editor; they are given once. */
export function takeHanded(): readonly File[] {
  const files = handed;
  handed = [];
  return files;
}
