import { html, type TemplateResult } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import arrowLeft from '#icons/arrow-left.svg?raw';
import check from '#icons/check.svg?raw';
import download from '#icons/download.svg?raw';
import headphones from '#icons/headphones.svg?raw';
import image from '#icons/image.svg?raw';
import keyboard from '#icons/keyboard.svg?raw';
import maximize from '#icons/maximize.svg?raw';
import moon from '#icons/moon.svg?raw';
import pause from '#icons/pause.svg?raw';
import play from '#icons/play.svg?raw';
import search from '#icons/search.svg?raw';
import share from '#icons/share-2.svg?raw';
import speaker from '#icons/speaker.svg?raw';
import stop from '#icons/square.svg?raw';
import star from '#icons/star.svg?raw';
import sun from '#icons/sun.svg?raw';
import timer from '#icons/timer.svg?raw';
import volume from '#icons/volume-2.svg?raw';
import close from '#icons/x.svg?raw';

const icons = {
  arrowLeft,
  check,
  close,
  download,
  headphones,
  image,
  keyboard,
  maximize,
  moon,
  pause,
  play,
  search,
  share,
  speaker,
  star,
  stop,
  sun,
  timer,
  volume,
};

export type IconName = keyof typeof icons;

/** An icon of the one set (Lucide, ISC), inlined; it says nothing to a screen reader. `base` of `styles/base.ts` sizes it. */
export const icon = (name: IconName): TemplateResult => inlineIcon(icons[name]);

/** The same for a file of the set that only one page needs, so that it loads with that page. */
export function inlineIcon(file: string): TemplateResult {
  // The file's own comment and class would only weigh on the page.
  const drawing = file.replace(/<!--.*?-->/s, '').replace(/class="[^"]*"/, 'class="icon" aria-hidden="true"');
  return html`${unsafeHTML(drawing)}`;
}
