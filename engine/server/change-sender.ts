import { ChangeFeed } from '../store/change-feed.ts';
import { lastSeq } from '../store/changes.ts';
import { BatchClock } from './batch-clock.ts';
import { readBatch, type ScopedBatch } from './change-batches.ts';
import type { ServerContext } from './context.ts';

const LARGEST_BATCH = 500;
const RETRY_MS = 1_000;

/** Turns the store's changes into batches, in order and without a hole. */
export interface ChangeSender {
  /** The seq up to which batches were sent. */
  readonly sentSeq: number;
  start(send: (batch: ScopedBatch) => void): void;
  close(): Promise<void>;
}

/**
 * Begins at the seq of this moment. A database that does not answer is asked again each second, and nothing is skipped:
 * the next batch begins where the last one that was sent ended.
 */
export async function openChangeSender(context: ServerContext): Promise<ChangeSender> {
  const { store, live, log, caseTexts } = context;
  const clock = new BatchClock();
  let sentSeq = await lastSeq(store.db);
  let send: (batch: ScopedBatch) => void = () => {};
  let timer: NodeJS.Timeout | undefined;
  let retry: NodeJS.Timeout | undefined;
  let sending = Promise.resolve();
  let closed = false;

  async function sendAll(): Promise<void> {
    try {
      for (let full = true; full && !closed; ) {
        const batch = await readBatch(store.db, live, sentSeq, LARGEST_BATCH);
        if (closed || batch.toSeq === sentSeq) return;
        for (const { change } of batch.items) {
          if (change.kind === 'case' && change.entity) caseTexts.keep(change.entity);
        }
        sentSeq = batch.toSeq;
        send(batch);
        full = batch.full;
      }
    } catch (error) {
      if (closed) return;
      log(
        `changes: a batch could not be read, tried again soon: ${error instanceof Error ? error.message : String(error)}`,
      );
      retry = setTimeout(changed, RETRY_MS);
    }
  }

  function changed(): void {
    if (closed) return;
    const waitMs = clock.changed(performance.now());
    if (waitMs === null) return;
    timer = setTimeout(() => {
      sending = sending.then(() => {
        clock.begin(performance.now());
        return sendAll();
      });
    }, waitMs);
  }

  const feed = new ChangeFeed(store);
  const stopListening = feed.on((seq) => {
    if (seq > sentSeq) changed();
  });

  return {
    get sentSeq() {
      return sentSeq;
    },
    start(listener) {
      send = listener;
    },
    async close() {
      closed = true;
      stopListening();
      clearTimeout(timer);
      clearTimeout(retry);
      await Promise.all([feed.close(), sending]);
    },
  };
}
