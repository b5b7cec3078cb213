import { msg } from '@lit/localize';
import { doseMeter } from '../../session/dose-meter.ts';
import { go } from '../router.ts';
import { showToast } from '../toast.ts';

/** Says when the week passes 80 and 100 % of its allowance, on whatever page. Importing this once is enough. */
doseMeter.addEventListener('warning', (event) => {
  const share = (event as CustomEvent<number>).detail;
  showToast({
    message:
      share >= 1
        ? msg('A week’s allowance for sound is used up. Rest your ears, or listen much more quietly.')
        : msg('80 % of a week’s allowance for sound is used. Listen more quietly from here on.'),
    stays: true,
    action: { label: msg('See it'), run: () => go('progress') },
  });
});
