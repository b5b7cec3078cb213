import { html, type TemplateResult } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import arrowLeft from 'lucide-static/icons/arrow-left.svg?raw';
import check from 'lucide-static/icons/check.svg?raw';
import download from 'lucide-static/icons/download.svg?raw';
import headphones from 'lucide-static/icons/headphones.svg?raw';
import image from 'lucide-static/icons/image.svg?raw';
import keyboard from 'lucide-static/icons/keyboard.svg?raw';
import maximize from 'lucide-static/icons/maximize.svg?raw';
import moon from 'lucide-static/icons/moon.svg?raw';
import pause from 'lucide-static/icons/pause.svg?raw';
import play from 'lucide-static/icons/play.svg?raw';
import search from 'lucide-static/icons/search.svg?raw';
import share from 'lucide-static/icons/share-2.svg?raw';
import speaker from 'lucide-static/icons/speaker.svg?raw';
import stop from 'lucide-static/icons/square.svg?raw';
import star from 'lucide-static/icons/star.svg?raw';
import sun from 'lucide-static/icons/sun.svg?raw';
import timer from 'lucide-static/icons/timer.svg?raw';
import volume from 'lucide-static/icons/volume-2.svg?raw';
import close from 'lucide-static/icons/x.svg?raw';

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
