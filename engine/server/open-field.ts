import { dirname, join } from 'node:path';
import { NoticeSender } from '../notices/notice-sender.ts';
import { openPushKeys } from '../notices/push-keys.ts';
import { prunePositions } from '../officers/positions.ts';
import type { PhotoRoom } from '../officers/take-photo.ts';
import type { Store } from '../store/open-store.ts';

const PRUNE_EVERY_MS = 3_600_000;

/** Begins what the work in the field needs running: notices are told, and trails forgotten in time. */
export function openField(
  { db, evidenceDir }: Store,
  timeZone: string,
  say: (line: string) => void,
  pushContact?: string,
): { field: PhotoRoom; notices: NoticeSender; close(): Promise<void> } {
  const dataDir = dirname(evidenceDir);
  const keys = { ...openPushKeys(join(dataDir, 'push-key.json')), ...(pushContact && { contact: pushContact }) };
  const notices = new NoticeSender({ db, keys, say });
  notices.start();
  const prune = () => prunePositions(db).catch((error) => say(`trails not pruned: ${error.message}`));
  let pruning = prune();
  const timer = setInterval(() => (pruning = prune()), PRUNE_EVERY_MS);
  timer.unref();
  return {
    field: { folder: join(dataDir, 'case-photos'), timeZone },
    notices,
    async close() {
      clearInterval(timer);
      await Promise.all([notices.close(), pruning]);
    },
  };
}
