import { css, html, type TemplateResult } from 'lit';
import { icon } from '../elements/icons.ts';

/** Styles of {@link soundFileButton}. */
export const fileButton = css`
  .file {
    position: relative;
    overflow: hidden;
  }
  .file input {
    position: absolute;
    inset: 0;
    opacity: 0;
    cursor: pointer;
  }
  .file:focus-within {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
`;

/** A button that lets people choose sound files of theirs; `chosen` gets one at least. The same file can be chosen again. */
export function soundFileButton(
  label: string,
  chosen: (files: [File, ...File[]]) => void,
  { small = false, multiple = false } = {},
): TemplateResult {
  const change = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const [first, ...more] = input.files ?? [];
    input.value = '';
    if (first) chosen([first, ...more]);
  };
  return html`<label class="button file ${small ? 'small' : ''}">
    ${icon('volume')} ${label}
    <input type="file" accept="audio/*" ?multiple=${multiple} @change=${change} />
  </label>`;
}
