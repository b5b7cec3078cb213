import { msg } from '@lit/localize';
import { categories } from '../../../prisma/library/categories.ts';
import type { Visibility } from '../data/authoring.ts';

/** Where a category stands among the others; `OTHER` is none of them and comes last. */
export const categoryPlace = (category: string): number =>
  (categories as readonly string[]).indexOf(category) + 99 * Number(category === 'OTHER');

export function categoryName(category: string): string {
  switch (category) {
    case 'FOCUS':
      return msg('Focus');
    case 'STUDY':
      return msg('Study');
    case 'ENERGY':
      return msg('Energy');
    case 'CREATIVITY':
      return msg('Creativity');
    case 'RELAXATION':
      return msg('Relaxation');
    case 'STRESS_RELIEF':
      return msg('Stress relief');
    case 'MEDITATION':
      return msg('Meditation');
    case 'BREATHING':
      return msg('Breathing');
    case 'NAP':
      return msg('Nap');
    case 'SLEEP':
      return msg('Sleep');
    case 'WAKE_UP':
      return msg('Wake-up');
    case 'CONTROL':
      return msg('No beat');
    default:
      return msg('Other');
  }
}

export function evidenceName(evidence: string): string {
  switch (evidence) {
    case 'PROMISING':
      return msg('Promising');
    case 'MIXED':
      return msg('Mixed evidence');
    case 'UNSUPPORTED':
      return msg('Unsupported');
    case 'CONTROL':
      return msg('Control');
    default:
      return msg('Not rated');
  }
}

/** What an evidence label means, in one sentence. */
export function evidenceMeaning(evidence: string): string {
  switch (evidence) {
    case 'PROMISING':
      return msg('Several studies agree, though not on this exact program.');
    case 'MIXED':
      return msg('Studies disagree with each other.');
    case 'UNSUPPORTED':
      return msg('Too few studies, or none.');
    case 'CONTROL':
      return msg('Made to compare with: what is being tested is left out.');
    default:
      return msg('Nothing is claimed for it.');
  }
}

export function stateName(state: string): string {
  switch (state) {
    case 'ACTIVE':
      return msg('playing');
    case 'PAUSED':
      return msg('paused');
    case 'COMPLETED':
      return msg('heard to the end');
    case 'EXPIRED':
      return msg('ran out');
    default:
      return msg('stopped early');
  }
}

/** Who sees a protocol of one's own. */
export function visibilityName(visibility: Visibility): string {
  switch (visibility) {
    case 'DRAFT':
      return msg('draft');
    case 'UNLISTED':
      return msg('unlisted');
    case 'PUBLIC':
      return msg('public');
  }
}
