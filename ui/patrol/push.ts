import { z } from 'zod';
import { ask, asProblem, post } from '../live/ask.ts';

/** Whether this browser shows pushed notices; `none`: it cannot. */
export function pushState(): NotificationPermission | 'none' {
  return 'PushManager' in window && 'Notification' in window ? Notification.permission : 'none';
}

/**
 * Has nothing pushed to this browser any more. The server is told first, while somebody is signed in; what it still sends to an address
 * that is gone, it forgets by itself.
 */
export async function endPush(): Promise<void> {
  const worker = await navigator.serviceWorker?.getRegistration();
  const subscribed = await worker?.pushManager?.getSubscription();
  if (!subscribed) return;
  const asked = new URLSearchParams({ endpoint: subscribed.endpoint });
  await ask(z.unknown(), `/api/push-addresses?${asked}`, { method: 'DELETE' }).catch(() => undefined);
  await subscribed.unsubscribe();
}

/** Whether something is subscribed here now: to be allowed alone pushes nothing. */
export async function isPushed(): Promise<boolean> {
  const worker = pushState() === 'granted' ? await navigator.serviceWorker.getRegistration() : undefined;
  return Boolean(await worker?.pushManager.getSubscription());
}

/** Who signed out ended it, and an address that is gone is forgotten: where it is allowed, it is asked for again in silence. */
export async function renewPush(publicKey: string): Promise<void> {
  if (pushState() === 'granted') await askForPush(publicKey);
}

/** @returns why nothing will be pushed; null: it will */
export async function askForPush(publicKey: string): Promise<string | null> {
  try {
    if ((await Notification.requestPermission()) !== 'granted') return Notification.permission;
    const worker = await navigator.serviceWorker.ready;
    const wanted = { userVisibleOnly: true, applicationServerKey: publicKey };
    const subscribed = await worker.pushManager.subscribe(wanted);
    const { endpoint, keys } = subscribed.toJSON();
    const { p256dh, auth } = keys ?? {};
    await post(z.unknown(), '/api/push-addresses', { endpoint, keys: { p256dh, auth } });
    return null;
  } catch (error) {
    return error instanceof DOMException ? error.message : asProblem(error).message;
  }
}
