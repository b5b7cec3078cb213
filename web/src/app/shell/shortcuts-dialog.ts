import { msg } from '@lit/localize';
import { css, html, type TemplateResult } from 'lit';
import { icon } from '../../elements/icons.ts';
import { DialogElement } from '../dialog-element.ts';

/** Every key that does something. */
export class ShortcutsDialog extends DialogElement {
  static override styles = [
    DialogElement.styles,
    css`
      dialog {
        --dialog-width: 44rem;
      }
      .head {
        display: flex;
        justify-content: space-between;
        align-items: center;
        margin-bottom: var(--space-4);
      }
      .columns {
        columns: 2 16rem;
        column-gap: var(--space-6);
      }
      section {
        break-inside: avoid;
        padding-bottom: var(--space-4);
      }
      h3 {
        padding-bottom: var(--space-2);
        font-size: var(--size--1);
        font-weight: 500;
        color: var(--quiet);
      }
      dl > div {
        display: flex;
        align-items: baseline;
        justify-content: space-between;
        gap: var(--space-4);
        padding: var(--space-2) 0;
        border-top: 1px solid var(--line);
      }
      dd {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: var(--space-1);
      }
      kbd {
        min-width: 1.6rem;
        padding: 0 0.4rem;
        border: 1px solid var(--edge);
        border-radius: 6px;
        font: inherit;
        font-size: var(--size--1);
        text-align: center;
        white-space: nowrap;
      }
    `,
  ];

  protected override render(): TemplateResult {
    const sections: [string, [string, string[]][]][] = [
      [
        msg('Everywhere'),
        [
          [msg('Emergency stop'), ['Esc']],
          [msg('Dark or light'), ['T']],
          [msg('This list'), ['?']],
        ],
      ],
      [msg('Library'), [[msg('Search'), ['/']]]],
      [
        msg('Player'),
        [
          [msg('Play or pause'), [msg('Space')]],
          [msg('Ten seconds back or on'), ['J', 'L']],
          [msg('Chapter before or after'), ['P', 'N']],
          [msg('Quieter or louder'), ['−', '+']],
          [msg('Next scene'), ['V']],
          [msg('Sleep timer'), ['Z']],
          [msg('Full screen'), ['F']],
          [msg('Stop'), ['S']],
        ],
      ],
      [
        msg('On a curve'),
        [
          [msg('Five seconds'), ['←', '→']],
          [msg('Chapter'), [msg('PgUp'), msg('PgDn')]],
          [msg('Start or end'), [msg('Home', { id: 'key-home' }), msg('End', { id: 'key-end' })]],
        ],
      ],
      [
        msg('Editor'),
        [
          [msg('Play or pause'), [msg('Space')]],
          [msg('Undo, redo'), ['Ctrl Z', 'Ctrl Y']],
          [msg('Save'), ['Ctrl S']],
          [msg('Zoom, show all'), ['+', '−', '0']],
          [msg('Snap to the grid'), ['G']],
          [msg('Repeat what is chosen'), ['L']],
          [msg('Table of points'), ['P']],
        ],
      ],
      [
        msg('In a lane of the editor'),
        [
          [msg('Point before or after'), ['←', '→']],
          [msg('First or last point'), [msg('Home', { id: 'key-home' }), msg('End', { id: 'key-end' })]],
          [msg('Higher or lower; ten times with Shift'), ['↑', '↓']],
          [msg('Earlier or later; ten times with Shift'), [',', '.']],
          [msg('Add a point at the playhead'), ['N']],
          [msg('Delete'), [msg('Del')]],
          [msg('Choose all, copy, cut, paste'), ['Ctrl A', 'C', 'X', 'V']],
          [msg('Straight, hold, smooth'), ['L', 'H', 'O']],
          [msg('Beat, carrier, level, pan'), ['1', '2', '3', '4']],
          [msg('Silent, alone'), ['M', 'S']],
          [msg('To the fields'), [msg('Enter')]],
        ],
      ],
    ];
    return html`<dialog aria-labelledby="title" @close=${() => this.remove()}>
      <div class="head">
        <h2 id="title">${msg('Keyboard shortcuts')}</h2>
        <form method="dialog">
          <button class="bare square" aria-label=${msg('Close')}>${icon('close')}</button>
        </form>
      </div>
      <div class="columns">
        ${sections.map(
          ([title, rows]) => html`<section>
            <h3>${title}</h3>
            <dl>
              ${rows.map(
                ([label, keys]) => html`<div>
                  <dt>${label}</dt>
                  <dd>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dd>
                </div>`,
              )}
            </dl>
          </section>`,
        )}
      </div>
    </dialog>`;
  }
}
