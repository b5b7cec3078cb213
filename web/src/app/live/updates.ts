import { msg } from '@lit/localize';
import { Workbox } from 'workbox-window';
import { basePath } from '../router.ts';
import { showToast } from '../toast.ts';

/** Lets the application start without a network, and says when a newer one is there. It never reloads by itself. */
export async function watchUpdates(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const worker = new Workbox(`${basePath}sw.js`, { scope: basePath });
  worker.addEventListener('waiting', () => {
    showToast({
      message: msg('A new version is ready.'),
      stays: true,
      action: {
        label: msg('Load it'),
        run: () => {
          worker.addEventListener('controlling', () => location.reload());
          worker.messageSkipWaiting();
        },
      },
    });
  });
  await worker.register();
}
