import { msg } from '@lit/localize';
import type { Question, QuestionGroup } from '../../data/questions.ts';

/** What a group of questions is about. */
export function groupText(group: QuestionGroup): string {
  switch (group) {
    case 'light':
      return msg('Light and seizures');
    case 'body':
      return msg('Heart, breath, body');
    case 'mind':
      return msg('Mind');
    case 'ears':
      return msg('Ears');
    case 'today':
      return msg('You, today');
  }
}

/** What is asked, in the application and in embeds. */
export function questionText(question: Question): string {
  switch (question) {
    case 'seizures':
      return msg('Seizures or epilepsy, you or close family');
    case 'photosensitivity':
      return msg('Sensitivity to flashing light');
    case 'migraine':
      return msg('Migraine, with or without aura');
    case 'heart':
      return msg('A pacemaker or another implant, or a heart disorder');
    case 'lungs':
      return msg('Asthma that is not under control, COPD, breathlessness');
    case 'psychosis':
      return msg('Psychosis or bipolar disorder');
    case 'panic':
      return msg('Panic attacks, trauma or dissociation');
    case 'headInjury':
      return msg('A head injury in the last months');
    case 'pregnancy':
      return msg('Pregnancy');
    case 'under18':
      return msg('I am under 18');
    case 'hearing':
      return msg('Tinnitus, sound easily hurts, hearing loss, one deaf ear');
    case 'sedatives':
      return msg('Alcohol, sedatives or other drugs today');
  }
}

/** What a yes means here, in plain words. */
export function explanation(question: Question): string {
  switch (question) {
    case 'seizures':
      return msg(
        'Light that follows the beat stays off and cannot be switched on. Pulsed tones play at half depth. Flicker can start a seizure; sound alone is far less likely to, but ask your doctor first.',
      );
    case 'photosensitivity':
      return msg(
        'Light that follows the beat stays off and cannot be switched on. Pulsed tones play at half depth. Most people who are sensitive to flicker do not know it: never having had a seizure is no proof.',
      );
    case 'migraine':
      return msg(
        'Light that follows the beat stays off and cannot be switched on. Pulsed tones play at half depth. Flicker and pulsing sound can set off a migraine.',
      );
    case 'heart':
      return msg(
        'Headphones and their cases hold magnets that can disturb a pacemaker, a defibrillator or another implant: keep them at least 15 cm away from it, do not hang them round the neck or put them in a breast pocket. With a heart disorder, leave the breathing exercises unless your doctor agrees.',
      );
    case 'lungs':
      return msg('Leave the breathing exercises unless your doctor agrees. Listening is not affected.');
    case 'psychosis':
      return msg('Our advice: choose short sessions with somebody near, and stop when anything feels strange.');
    case 'panic':
      return msg(
        'Slow breathing, holding the breath and turning inward can set off panic or bring things back. Keep your eyes open, go back to your own breath, and stop whenever you like.',
      );
    case 'headInjury':
      return msg(
        'The brain may be more easily irritated for a while. Wait until your doctor has no objection. Light that follows the beat is off; you can switch it on in the preferences.',
      );
    case 'pregnancy':
      return msg(
        'A few small studies used such sound late in pregnancy; how the children did is not reported in their summaries. Keep it quiet and short, and leave out holding the breath.',
      );
    case 'under18':
      return msg(
        'Use it together with a parent or guardian, and keep the volume low: the limit for children is lower, and so is yours here. Light that follows the beat is off; you can switch it on in the preferences.',
      );
    case 'hearing':
      return msg(
        'Start very quietly, prefer noise to pure tones, and stop when the ringing gets louder. The weekly limit is the lower one for sensitive ears, 75 dB. With one deaf ear there is no binaural beat to hear: choose beats for loudspeakers.',
      );
    case 'sedatives':
      return msg('They add to drowsiness. Our advice: not today, and in no case before you drive or alone in a bath.');
  }
}
