import { userEvent } from 'vitest/browser';
import { noToAll } from '../data/questions.ts';
import { screening } from '../data/screening.ts';
import { playerSession } from '../session/session.ts';

/** Plays what is open, by a press, with no to every safety question; resolves when it sounds. */
export async function pressPlay(): Promise<void> {
  await screening.answer(noToAll, false);
  const button = document.createElement('button');
  document.body.append(button);
  const begun = new Promise<void>((resolve, reject) =>
    button.addEventListener('click', () => playerSession.play().then(resolve, reject), { once: true }),
  );
  await userEvent.click(button);
  await begun;
  button.remove();
}
