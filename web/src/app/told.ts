import { msg } from '@lit/localize';

/** How the browsers say that code could not be fetched: Chromium, Firefox, Safari. */
const unfetched = /dynamically imported module|Importing a module script failed/;

/** What went wrong, in words that say what can be done about it. */
export async function told(error: unknown): Promise<string> {
  if (!(error instanceof Error)) return String(error);
  const { name, message } = error;
  if (name === 'QuotaExceededError')
    return msg('The storage of this browser is full. Free some space on this device, then try again.');
  // An audio thread whose code does not come answers so.
  if (unfetched.test(message) || (name === 'AbortError' && /worklet/.test(message)))
    return msg(
      'A part of the application could not be fetched. See whether this device has a connection, then press it again.',
    );
  return import('./in-words.ts').then(
    ({ inWords }) => inWords(message),
    () => message,
  );
}
