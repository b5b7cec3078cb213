import { msg } from '@lit/localize';
import type { SceneId } from '../visuals/scene.ts';

/** Categories in the order in which people choose. */
export const categories = [
  'FOCUS',
  'STUDY',
  'ENERGY',
  'CREATIVITY',
  'RELAXATION',
  'STRESS_RELIEF',
  'MEDITATION',
  'BREATHING',
  'NAP',
  'SLEEP',
  'WAKE_UP',
  'CONTROL',
] as const;

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
      return msg('Several controlled studies agree, though not on this exact program.');
    case 'MIXED':
      return msg('Studies disagree with each other.');
    case 'UNSUPPORTED':
      return msg('Too few studies, or none.');
    case 'CONTROL':
      return msg('The same sound without a beat, to compare with.');
    default:
      return msg('Nobody has weighed the evidence for this one.');
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

export function sceneName(id: SceneId): string {
  switch (id) {
    case 'seed-of-life':
      return msg('Seed of life');
    case 'flower-of-life':
      return msg('Flower of life');
    case 'fibonacci':
      return msg('Fibonacci spiral');
    case 'metatron':
      return msg('Metatron’s cube');
    case 'sri-yantra':
      return msg('Sri Yantra');
    case 'merkaba':
      return msg('Merkaba');
    case 'tunnel':
      return msg('Tunnel');
    case 'particles':
      return msg('Particle field');
    case 'aurora':
      return msg('Aurora');
    case 'ganzfeld':
      return msg('Ganzfeld');
  }
}
