/** What a site owner chose on the builder page. */
export interface Choice {
  element: 'nes-player' | 'nes-protocol-list' | 'nes-visual' | 'nes-metrics';
  source: 'library' | 'file' | 'api';
  /** Slug of a protocol. */
  protocol: string;
  /** Address of a file. */
  src: string;
  /** Address of an API. */
  api: string;
  heading: string;
  visuals: boolean;
  scene: string;
  intensity: number;
  volume: number;
  theme: '' | 'dark' | 'light';
  askFirst: boolean;
  simultaneous: boolean;
  search: boolean;
  category: string;
  /** Pixels; 0 leaves it to the element. */
  height: number;
  accent: string;
}

export const firstChoice: Choice = {
  element: 'nes-player',
  source: 'library',
  protocol: 'focus',
  src: '',
  api: '',
  heading: '',
  visuals: true,
  scene: 'seed-of-life',
  intensity: 0.7,
  volume: 0.5,
  theme: '',
  askFirst: false,
  simultaneous: false,
  search: false,
  category: '',
  height: 0,
  accent: '',
};

/** Attributes of the chosen element; an empty value stands for a bare one. What is as by default is left out. */
export function attributesOf(choice: Choice): [string, string][] {
  const { element, source, protocol, src, api, heading, theme } = choice;
  const plays = element === 'nes-player';
  const lists = element === 'nes-protocol-list';
  const lights = element === 'nes-visual';
  const measures = element === 'nes-metrics';
  const list: [string, string, boolean][] = [
    ['src', src, (plays || lists || measures) && source === 'file' && src !== ''],
    ['protocol', protocol, (plays && source !== 'file') || (measures && source === 'api')],
    ['api', api, (plays || lists || measures) && source === 'api' && api !== ''],
    ['heading', heading, !lights && heading !== ''],
    ['visuals', 'off', plays && !choice.visuals],
    ['scene', choice.scene, ((plays && choice.visuals) || lights) && choice.scene !== firstChoice.scene],
    [
      'intensity',
      String(choice.intensity),
      ((plays && choice.visuals) || lights) && choice.intensity !== firstChoice.intensity,
    ],
    ['volume', String(choice.volume), plays && choice.volume !== firstChoice.volume],
    ['screening', 'first', plays && choice.askFirst],
    ['simultaneous', '', plays && choice.simultaneous],
    ['category', choice.category, lists && choice.category !== ''],
    ['search', '', lists && choice.search],
    ['theme', theme, theme !== ''],
  ];
  return list.filter(([, , wanted]) => wanted).map(([name, value]) => [name, value]);
}

/** Custom properties of the chosen element. */
export function propertiesOf({ height, accent }: Choice): [string, string][] {
  const list: [string, string][] = [];
  if (height > 0) list.push(['--nes-height', `${height}px`]);
  if (accent !== '') list.push(['--nes-accent', accent]);
  return list;
}

const quoted = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** What is pasted into a page. `integrity` is empty where the module may change (`latest`). */
export function snippetOf(choice: Choice, module: { address: string; integrity: string }): string {
  const pin = module.integrity ? `\n  integrity="${module.integrity}" crossorigin="anonymous"` : '';
  const attributes = attributesOf(choice)
    .map(([name, value]) => (value === '' ? ` ${name}` : ` ${name}="${quoted(value)}"`))
    .join('');
  const properties = propertiesOf(choice);
  const style =
    properties.length > 0
      ? `<style>${choice.element} { ${properties.map(([name, value]) => `${name}: ${value};`).join(' ')} }</style>\n`
      : '';
  return `<script type="module" src="${quoted(module.address)}"${pin}></script>\n${style}<${choice.element}${attributes}></${choice.element}>`;
}

/** Pixels of an iframe whose height nobody chose: picture and controls at 640 pixels' width. */
const FRAME_HEIGHT = 480;

/**
 * The same player as an iframe, for sites that take scripts out of what is pasted; empty for the other elements.
 * @param page address of `frame.html`
 */
export function frameOf(choice: Choice, page: string): string {
  if (choice.element !== 'nes-player') return '';
  const attributes = attributesOf(choice).filter(([name]) => name !== 'simultaneous');
  const address = `${page}?${new URLSearchParams(attributes)}`;
  const title = choice.heading || choice.protocol || 'Neural Entrainment';
  return `<iframe src="${quoted(address)}" title="${quoted(title)}" width="100%" height="${choice.height || FRAME_HEIGHT}" allow="autoplay; fullscreen" loading="lazy" style="border: 0"></iframe>`;
}

/** The least that a strict content policy has to allow for it. */
export function policyOf(choice: Choice, module: string): string {
  const own = new URL(module).origin;
  const reads = [choice.source === 'file' ? choice.src : '', choice.source === 'api' ? choice.api : '']
    .map((address) => URL.parse(address, module)?.origin)
    .filter((origin) => origin !== undefined && origin !== own && origin !== 'null');
  return `script-src ${own}; connect-src ${[own, ...reads].join(' ')}`;
}
