import { msg } from '@lit/localize';
import { acrossEars } from '@nes/program/kinds.ts';
import { define } from '../elements/define.ts';
import type { Playable } from '../session/log.ts';
import { go } from './router.ts';
import { showError, showToast } from './toast.ts';

/** The player's code; fetched ahead of the first Play, so that a click is followed by sound at once. */
export const loadSession = () => import('../session/session.ts');

/** Does what can wait when nothing else is to be done. */
export const whenIdle: (work: () => void) => void =
  window.requestIdleCallback?.bind(window) ?? ((work: () => void) => setTimeout(work, 800));

/** Fetches what Play needs while nothing else is to be done. */
export function warmUp(): void {
  whenIdle(() => {
    loadSession()
      .then(() => import('../audio/player.ts'))
      .then(({ Player }) => Player.fetchAhead())
      .catch(() => {});
    import('./player/player-page.ts').catch(() => {});
    import('../data/screening.ts').catch(() => {});
  });
}

/** True until the notice about driving was shown on this device; known without waiting, so that nothing moves later. */
export function neverPlayed(): boolean {
  try {
    return localStorage.getItem('nes-driving') === null;
  } catch {
    return false;
  }
}

/**
 * Asks what must be asked before sound: the safety questions once; once on a device, also where the answers came with the account, the notice about
 * driving and an offer to check the headphones. On each later day the notice stands beside the sound, which comes at one touch. False: not now.
 */
export async function mayPlay(needsHeadphones = false): Promise<boolean> {
  const { screening } = await import('../data/screening.ts');
  await screening.ready;
  if (screening.value && screening.drivingShownToday) return true;
  if (screening.value && !neverPlayed() && (screening.headphonesChecked || !needsHeadphones)) {
    screening.showedDriving();
    showToast({ message: msg('Never while driving. Esc stops at once.') });
    return true;
  }
  const { SafetyDialog } = await import('./safety/safety-dialog.ts');
  define('nes-safety-dialog', SafetyDialog);
  const dialog = document.createElement('nes-safety-dialog') as InstanceType<typeof SafetyDialog>;
  dialog.headphones = needsHeadphones;
  document.body.append(dialog);
  return dialog.answer;
}

/** Binaural voices beat only through headphones. */
export const beatsBetweenEars = ({ program }: Pick<Playable, 'program'>): boolean => program.voices.some(acrossEars);

/**
 * Play, from any page: safety first, then the player with the sound running. Call it from a click or key press.
 * @param from second to begin at, 0 to the program's end, or CLOCK: where the present time of day is in it
 */
export async function playProtocol(protocol: Playable, from: number | 'CLOCK' = 0): Promise<void> {
  try {
    if (!(await mayPlay(beatsBetweenEars(protocol)))) return;
    const { playerSession } = await loadSession();
    await playerSession.open(protocol, from);
    const sounding = playerSession.play();
    go(protocol.slug ? `play/${encodeURIComponent(protocol.slug)}` : 'play');
    await sounding;
    whenIdle(() => import('./advice.ts').then(({ advise }) => advise()).catch(() => {}));
  } catch (error) {
    showError(error instanceof Error ? error : new Error(msg('The sound could not be started.')));
  }
}
