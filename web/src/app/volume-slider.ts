import { html, type TemplateResult } from 'lit';
import { percent } from '../elements/format.ts';
import { icon } from '../elements/icons.ts';

/** A slider for the volume, 0 to 1. @param slide called while it moves, `save` when it is let go */
export function volumeSlider(
  label: string,
  volume: number,
  save: (volume: number) => void,
  slide?: (volume: number) => void,
): TemplateResult {
  const value = (event: Event): number => Number((event.target as HTMLInputElement).value);
  return html`<label class="volume">
    <span class="away">${label}</span>
    ${icon('volume')}
    <input
      type="range"
      min="0"
      max="1"
      step="0.01"
      .value=${String(volume)}
      aria-valuetext=${percent(volume)}
      @input=${(event: Event) => slide?.(value(event))}
      @change=${(event: Event) => save(value(event))}
    />
  </label>`;
}
