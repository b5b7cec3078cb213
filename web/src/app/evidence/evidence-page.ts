import { msg } from '@lit/localize';
import { css, html, type TemplateResult } from 'lit';
import { type LibraryProtocol, library, type Source } from '../../data/library.ts';
import { NesElement } from '../../elements/element.ts';
import { base, controls, page } from '../../styles/base.ts';
import { evidenceMeaning, evidenceName } from '../names.ts';
import { to } from '../router.ts';
import type { Page } from '../routes.ts';
import { citation } from './citation.ts';

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
              ${msg('Whether the brain’s own rhythms follow the beat is another question: of 14 EEG studies five say yes, eight say no and one is mixed (Ingendoh 2023). Beats that are in the air are followed more clearly than binaural ones (Schwarz 2005, Orozco Perez 2020), though one careful study saw no change of band power with either (López-Caballero 2017). With 80 people it depended on tone, noise and rate (Melnichuk 2025).')}
            </p>
            <p>
              ${msg('In a home trial with 1000 people, scores in a reasoning test fell while binaural beats were playing (Klichowski 2023).')}
            </p>
            <p>
              ${msg('Sound with fast amplitude modulation helped listeners with attention difficulties in one study, written in part by the company that sells such sound (Woods 2024). For 40 Hz light and sound in Alzheimer’s disease a sham-controlled trial with 670 people (HOPE) was to report in 2026; on 30 November 2026 we found no result. It used another device.')}
            </p>
          </section>
          <section>
            <p>
              ${msg('For slow breathing the largest trial, with 400 people, compared it with an equally credible faster pace and found no difference in stress (Fincham 2023). Pink noise at night took REM sleep from 25 people in a laboratory (Basner 2026).')}
            </p>
            <p class="quiet small">
              ${msg('All of this is as read in November 2026, in abstracts and on publishers’ pages. The names of this project and of its protocols claim nothing that is not said here.')}
            </p>
          </section>
          <section>
            <h2>${msg('What the labels mean')}</h2>
            <p>${msg('A label rates one thing: the sound, or what one does while it plays, such as breathing slowly or taking a nap.')}</p>
            <dl>
              ${['PROMISING', 'MIXED', 'UNSUPPORTED', 'UNRATED', 'CONTROL'].map(
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
              ${msg('Each protocol that beats has a control: the same sound without the beat, as loud at every moment; breathing exercises have one at an ordinary pace. Play one on some days and the other on others, say how you feel before and after, and let the progress page compare them. It says plainly when there are too few sessions to tell.')}
            </p>
            <p><a class="button" href=${to('progress')}>${msg('Go to the comparison')}</a></p>
          </section>
        </div>
        <section>
          <h2>${msg('Sources')}</h2>
          <ol role="list">
            ${sorted.map(
              (source) => html`<li>
                ${citation(source)}
              </li>`,
            )}
          </ol>
        </section>
      </div>`;
  }
}
