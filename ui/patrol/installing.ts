import { useSyncExternalStore } from 'react';

/** Whether the page can be put on the phone's home screen: it is; a press does it; the browser's menu does it; or why not. */
export type Installing = 'installed' | 'offered' | 'by-menu' | 'no-https' | 'not-supported';

interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

let offered: InstallPrompt | null = null;
const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};

/** Registers the worker that keeps the page, and waits for the browser to offer that it be installed. */
export function openInstalling(): void {
  addEventListener('beforeinstallprompt', (happening) => {
    happening.preventDefault();
    offered = happening as InstallPrompt;
    tell();
  });
  addEventListener('appinstalled', () => {
    offered = null;
    tell();
  });
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker
    .register('/patrol-worker.js', { scope: '/patrol' })
    .catch((error) => console.warn('the page is not kept for when there is no network:', error));
}

function installing(): Installing {
  if (matchMedia('(display-mode: standalone)').matches) return 'installed';
  if (!isSecureContext) return 'no-https';
  if (offered) return 'offered';
  return 'serviceWorker' in navigator ? 'by-menu' : 'not-supported';
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useInstalling = (): Installing => useSyncExternalStore(subscribe, installing);

export async function install(): Promise<void> {
  await offered?.prompt();
}
