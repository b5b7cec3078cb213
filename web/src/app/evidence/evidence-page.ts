import { msg } from '@lit/localize';
import { css, html, type TemplateResult } from 'lit';
import { type LibraryProtocol, library, type Source } from '../../data/library.ts';
import { NesElement } from '../../elements/element.ts';
import { base, controls, page } from '../../styles/base.ts';
import { evidenceMeaning, evidenceName } from '../names.ts';
import { to } from '../router.ts';
import type { Page } from '../routes.ts';

/** What is known about such sound, what the labels mean, and every source that the library names. */
export class EvidencePage extends NesElement implements Page {
  static override styles = [
    base,
    controls,
    page,
    css`
      .columns {
        display: grid;
        grid-template-columns: minmax(0, 1.2fr) minmax(0, 1fr);
        gap: var(--space-6) clamp(var(--space-6), 6vw, var(--space-9));
        max-width: 96rem;
        padding-top: var(--space-6);
        align-items: start;
      }
      section {
        display: grid;
        gap: var(--space-3);
      }
      .main {
        display: grid;
        gap: var(--space-7);
      }
      .lead {
        font-size: var(--size-1);
      }
      dl > div {
        padding: var(--space-3) 0;
        border-top: 1px solid var(--line);
      }
      dt {
        font-weight: 560;
      }
      dd {
        color: var(--quiet);
      }
      ol {
        display: grid;
        gap: var(--space-4);
      }
      @media (width < 53.75rem) {
        .columns {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  static override properties = { protocols: { state: true } };

  declare params: Record<string, string>;
  declare protected protocols: readonly LibraryProtocol[];

  constructor() {
    super();
    this.params = {};
    this.protocols = [];
  }

  get pageTitle(): string {
    return msg('About the evidence');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    library()
      .then((protocols) => {
        this.protocols = protocols;
      })
      .catch(() => {});
  }

  protected override render(): TemplateResult {
    const sources = new Map<string, Source>();
    for (const protocol of this.protocols) for (const source of protocol.sources) sources.set(source.title, source);
    const sorted = [...sources.values()].sort((a, b) => (b.year ?? 0) - (a.year ?? 0));
    return html`<h1 tabindex="-1">${this.pageTitle}</h1>
      <div class="columns">
        <div class="main">
          <section>
            <p class="lead">
              ${msg('Some people feel a difference. How much of it comes from the beat, and how much from rest, quiet and expectation, is not settled.')}
            </p>
            <p>
              ${msg('Over 22 studies of binaural beats the mean effect on memory, attention, anxiety and pain was medium (g = 0.45, Garcia-Argibay 2019); fifteen studies of memory and attention gave g = 0.40 (Basu 2022).')}
            </p>
            <p>
              ${msg('Whether the brain’s own rhythms follow the beat is another question: of 14 EEG studies five say yes, eight say no and one is mixed (Ingendoh 2023). Monaural beats are followed more clearly than binaural ones (Orozco Perez 2020).')}
            </p>
            <p>
              ${msg('In a home trial with 1000 people, scores in a reasoning test fell while binaural beats were playing (Klichowski 2023).')}
            </p>
            <p>
              ${msg('Sound with fast amplitude modulation helped listeners with attention difficulties in one study, written in part by the company that sells such sound (Woods 2024). For 40 Hz there are only small trials.')}
            </p>
          </section>
          <section>
            <h2>${msg('What the labels mean')}</h2>
            <dl>
              ${['PROMISING', 'MIXED', 'UNSUPPORTED', 'CONTROL'].map(
                (label) => html`<div>
                  <dt>${evidenceName(label)}</dt>
                  <dd>${evidenceMeaning(label)}</dd>
                </div>`,
              )}
            </dl>
          </section>
          <section>
            <h2>${msg('How to find out for yourself')}</h2>
            <p>
              ${msg('Each protocol that beats has a control: the same sound without the beat. Play one on some days and the other on others, say how you feel before and after, and let the progress page compare them. It says plainly when there are too few sessions to tell.')}
            </p>
            <p><a class="button" href=${to('progress')}>${msg('Go to the comparison')}</a></p>
          </section>
        </div>
        <section>
          <h2>${msg('Sources')}</h2>
          <ol role="list">
            ${sorted.map(
              (source) => html`<li>
                <p>${source.finding}</p>
                <p class="quiet small">
                  ${source.authors}${source.year ? ` ${source.year}` : ''}.
                  ${source.url ? html`<a href=${source.url} target="_blank" rel="noreferrer">${source.title}</a>` : source.title}
                </p>
              </li>`,
            )}
          </ol>
        </section>
      </div>`;
  }
}
