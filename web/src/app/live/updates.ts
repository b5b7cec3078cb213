import { msg } from '@lit/localize';
import { Workbox } from 'workbox-window';
import { basePath } from '../router.ts';
import { showToast } from '../toast.ts';

/** Lets the application start without a network, and says when a newer one is there. It never reloads by itself. */
export async function watchUpdates(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  // On a first visit the worker that waits is the one that this page came with.
  const updates = navigator.serviceWorker.controller !== null;
  const worker = new Workbox(`${basePath}sw.js`, { scope: basePath });
  worker.addEventListener('waiting', () => {
    if (!updates) return;
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
