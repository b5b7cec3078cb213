import { go } from '../router.ts';

/** Sound files that were dropped somewhere in the application, on their way to the page that looks into them. */
let waiting: File[] = [];

export const SOUND_FILE = /\.(wav|flac|mp3|m4a|aac|mp4|ogg|oga|opus|webm)$/i;

export const isSound = (file: File): boolean => file.type.startsWith('audio/') || SOUND_FILE.test(file.name);

export function leaveFiles(files: readonly File[]): void {
  waiting.push(...files);
}

export function takeFiles(): File[] {
  const files = waiting;
  waiting = [];
  return files;
}

/** Takes sound files that are dropped on any page which does not take them itself, and opens the page that looks into them. */
export function watchDrops(): void {
  window.addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  });
  window.addEventListener('drop', (event) => {
    const files = [...(event.dataTransfer?.files ?? [])].filter(isSound);
    if (event.defaultPrevented || files.length === 0) return;
    event.preventDefault();
    leaveFiles(files);
    go('recordings');
    window.dispatchEvent(new Event('nes-files'));
  });
}
