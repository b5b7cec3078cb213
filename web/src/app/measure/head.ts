import { msg } from '@lit/localize';
import { html, svg, type TemplateResult } from 'lit';
import type { Fault } from '../../eeg/quality.ts';

/** Places on a head seen from above, nose up; x and y from −1 to 1. */
const PLACES: Record<string, readonly [number, number]> = {
  TP9: [-0.92, 0.34],
  TP10: [0.92, 0.34],
  AF7: [-0.52, -0.72],
  AF8: [0.52, -0.72],
  'Right AUX': [0, 0.8],
};

/** Where an electrode is drawn; those without a known place stand in a row over the middle. */
function placeOf(name: string, index: number, count: number): readonly [number, number] {
  return PLACES[name] ?? [count < 2 ? 0 : -0.6 + (1.2 * index) / (count - 1), 0.05 + 0.12 * (index % 2)];
}

export type Contact = Fault | 'waiting' | undefined;

/** How an electrode sits, in a word. */
export function contactName(contact: Contact): string {
  switch (contact) {
    case undefined:
      return msg('good');
    case 'waiting':
      return msg('waiting');
    case 'not-worn':
      return msg('does not touch');
    case 'mains':
      return msg('mains hum');
    case 'movement':
      return msg('moving');
    case 'lost':
      return msg('samples are lost');
  }
}

const marks: Record<string, string> = { good: '✓', bad: '×', waiting: '·' };

/** The head from above with its electrodes; the same as a list for those who hear it. */
export function head(names: readonly string[], contacts: readonly Contact[]): TemplateResult {
  const at = (index: number) => {
    const contact = contacts[index];
    return contact === undefined ? 'good' : contact === 'waiting' ? 'waiting' : 'bad';
  };
  return html`<svg class="head" viewBox="-130 -140 260 270" aria-hidden="true">
      <path class="outline" d="M-14 -104 L0 -124 L14 -104" />
      <ellipse class="outline" rx="100" ry="104" />
      <path class="outline" d="M-99 -22 q-14 4 -12 26 q2 20 14 20 M99 -22 q14 4 12 26 q-2 20 -14 20" />
      ${names.map((name, index) => {
        const [x, y] = placeOf(name, index, names.length);
        return svg`<g class=${at(index)} transform="translate(${x * 96} ${y * 96})">
          <circle r="17" />
          <text y="5">${marks[at(index)]}</text>
          <text class="name" y=${y > 0.5 ? 33 : -24}>${name}</text>
        </g>`;
      })}
    </svg>
    <ul class="contacts" role="list">
      ${names.map((name, index) => html`<li class=${at(index)}><span>${name}</span> <span>${contactName(contacts[index])}</span></li>`)}
    </ul>`;
}
