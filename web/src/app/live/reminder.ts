import { msg } from '@lit/localize';
import { preferences } from '../../data/preferences.ts';
import { reminderDue } from '../preferences/reminder.ts';

const name = 'nes-reminded';

/** Shows the daily notification that was asked for, while the application is open. */
export async function remind(now: Date = new Date()): Promise<void> {
  const { reminder, reminderMinute } = preferences.value;
  if (!reminder || !('Notification' in window) || Notification.permission !== 'granted') return;
  if (!reminderDue(now, reminderMinute, localStorage.getItem(name))) return;
  localStorage.setItem(name, now.toLocaleDateString('sv'));
  const words = { body: msg('It is the time you chose for listening.'), tag: 'nes-reminder' };
  const worker = await navigator.serviceWorker?.getRegistration();
  // Phones allow notifications only through the worker.
  if (worker) await worker.showNotification(msg('Listen'), words);
  else new Notification(msg('Listen'), words);
}
