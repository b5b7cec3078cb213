import { msg } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import qrcode from 'qrcode-generator';

/** A longer text makes squares that a phone's camera cannot tell apart on a screen. */
export const LONGEST_QR = 600;

/** A link as a QR code: one path, dark on light in both themes, as cameras want it. */
export function qr(text: string): TemplateResult {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  let path = '';
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++)
      if (code.isDark(row, column)) path += `M${column + 4} ${row + 4}h1v1h-1z`;
  }
  return html`<svg class="qr" viewBox="0 0 ${size + 8} ${size + 8}" role="img" aria-label=${msg('QR code of the link')}>
    <rect fill="#fff" width=${size + 8} height=${size + 8} rx="2"></rect>
    <path fill="#000" d=${path}></path>
  </svg>`;
}
