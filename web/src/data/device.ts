import { newUuid } from '@nes/client/ids.ts';

export interface Device {
  id: string;
  name: string;
}

const browsers: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrom(e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const systems: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Mac OS X/, 'macOS'],
  [/Windows/, 'Windows'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
];

const named = (table: [RegExp, string][], text: string, otherwise: string): string =>
  table.find(([pattern]) => pattern.test(text))?.[1] ?? otherwise;

let known: Device | undefined;

/** This browser: a random id kept in local storage, and a name such as "Firefox on Linux". */
export function device(): Device {
  if (known) return known;
  const name = `${named(browsers, navigator.userAgent, 'Browser')} on ${named(systems, navigator.userAgent, 'device')}`;
  let id: string | null = null;
  try {
    id = localStorage.getItem('nes-device');
    if (!id) {
      id = newUuid();
      localStorage.setItem('nes-device', id);
    }
  } catch {
    // Storage is refused in some private windows; the id then lives as long as the page.
  }
  known = { id: id ?? newUuid(), name };
  return known;
}
