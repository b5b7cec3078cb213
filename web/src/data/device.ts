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

const named = (table: [RegExp, string][], text: string): string | undefined =>
  table.find(([pattern]) => pattern.test(text))?.[1];

let known: Device | undefined;

/** This browser: a random id kept in local storage, and a name that is the same in every language, such as "Firefox, Linux". */
export function device(): Device {
  if (known) return known;
  const parts = [browsers, systems].map((table) => named(table, navigator.userAgent));
  const name = parts.filter(Boolean).join(', ') || 'Web';
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
