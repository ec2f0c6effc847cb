import { z } from 'zod';
import { asProblem, post } from '../live/ask.ts';

/** Whether this browser shows pushed notices; `none`: it cannot. */
export function pushState(): NotificationPermission | 'none' {
  return 'PushManager' in window && 'Notification' in window ? Notification.permission : 'none';
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
