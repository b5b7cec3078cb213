import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { EvidenceLabel, LibraryProtocol, Source } from '../../data/library.ts';
import { evidenceMeaning, evidenceName } from '../names.ts';

/** The `of` of the label that rates the sound itself (prisma/library/library.ts). */
const THIS_SOUND = 'This sound';

const linkOf = ({ url, pmid }: Source): string | null =>
  url ?? (pmid ? `https://pubmed.ncbi.nlm.nih.gov/${pmid}/` : null);

/** One paper: what it found, who wrote it, who was studied with what, whose interest it was, and when it was read. */
export function citation(source: Source): TemplateResult {
  const link = linkOf(source);
  return html`<p>${source.finding}</p>
    <p class="quiet small">
      ${source.authors}${source.year ? ` ${source.year}` : ''}.
      ${link ? html`<a href=${link} target="_blank" rel="noreferrer">${source.title}</a>` : source.title}
    </p>
    <p class="quiet small">
      ${source.participants ? msg(str`Studied: ${source.participants}.`) : nothing} ${source.stimulus ?? nothing}
      ${source.funding ? msg(str`Interest: ${source.funding}`) : nothing}
      ${source.readOn ? msg(str`Read on ${source.readOn}.`) : nothing}
    </p>`;
}

const line = (of: string, evidence: string): TemplateResult => html`<p class="label ${evidence.toLowerCase()}">
  ${of ? html`<span class="quiet">${of}</span>` : nothing} ${evidenceName(evidence)}
  <span class="quiet">${evidenceMeaning(evidence)}</span>
</p>`;

/** The labels of a protocol: each rates one thing. */
export function labels({
  evidence,
  labels,
}: Pick<LibraryProtocol, 'evidence'> & { labels: readonly EvidenceLabel[] }): TemplateResult {
  if (labels.length === 0) return line('', evidence);
  const sound = labels.some(({ of }) => of === THIS_SOUND);
  return html`${sound ? nothing : line(msg('This sound'), evidence)}
  ${labels.map((label) => line(label.of === THIS_SOUND ? msg('This sound') : label.of, label.evidence))}`;
}
