import { msg } from '@lit/localize';
import type { Question } from '../../data/questions.ts';

/** What is asked, in the application and in embeds. */
export function questionText(question: Question): string {
  switch (question) {
    case 'seizures':
      return msg('Seizures or epilepsy, you or close family');
    case 'photosensitivity':
      return msg('Sensitivity to flashing light, or migraine with aura');
    case 'heart':
      return msg('A pacemaker or a heart rhythm disorder');
    case 'psychosis':
      return msg('Psychosis or bipolar disorder');
    case 'headInjury':
      return msg('A head injury in the last months');
    case 'pregnancy':
      return msg('Pregnancy');
    case 'under18':
      return msg('I am under 18');
    case 'hearing':
      return msg('Tinnitus, or sound easily hurts');
  }
}

/** What a yes means here, in plain words. */
export function explanation(question: Question): string {
  switch (question) {
    case 'seizures':
    case 'photosensitivity':
      return msg(
        'Light that follows the beat stays off and cannot be switched on. Pulsed tones play at half depth. Flicker can start a seizure; sound alone is far less likely to, but ask your doctor first.',
      );
    case 'heart':
      return msg('We know of no harm from such sounds, and of no study with people who have one. Ask your doctor.');
    case 'psychosis':
      return msg(
        'Long inward listening can make symptoms worse. Choose short sessions and stop when anything feels strange.',
      );
    case 'headInjury':
      return msg('The brain may be more easily irritated for a while. Wait until your doctor has no objection.');
    case 'pregnancy':
      return msg('There are no studies with pregnant people. Keep it quiet and short.');
    case 'under18':
      return msg('Use it together with a parent or guardian, and keep the volume low: young ears take harm sooner.');
    case 'hearing':
      return msg('Start very quietly, prefer noise to pure tones, and stop when the ringing gets louder.');
  }
}
