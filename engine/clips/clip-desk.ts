import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { clipPath, place, removePlaced } from '../alerts/evidence-files.ts';
import type { ClipCut, CutOutcome } from '../analysis/messages.ts';
import type { ClipFault } from '../contract/alert-clip.ts';
import { recordAlerts } from '../store/changes.ts';
import type { Store } from '../store/open-store.ts';
import { ClipError, packageClip } from './package-clip.ts';

const EXPIRED_AT_ONCE = 200;

interface ClipDeskOptions {
  store: Pick<Store, 'db' | 'evidenceDir'>;
  /** For what is under way; nothing in it outlives the process. */
  folder: string;
  /** How long clips are kept; then they are removed, and their alerts say so. */
  keptMs: number;
  say: (line: string) => void;
}

/** Brings alerts their clips, one after the other: what a shard cut becomes a file, a row and a change, in this order. */
export class ClipDesk {
  readonly #options: ClipDeskOptions;
  #working: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: ClipDeskOptions) {
    this.#options = options;
  }

  /** Removes what an engine that was killed left behind; the alerts whose clips it did not finish say that there is none. */
  async start(): Promise<void> {
    const { store, folder } = this.#options;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const awaited = await store.db
      .selectFrom('alert_clips')
      .select('alert_id')
      .where('state', '=', 'awaited')
      .execute();
    for (const { alert_id } of awaited) {
      await removePlaced(store.evidenceDir, clipPath(alert_id));
      await this.#miss(alert_id, 'engine-ended');
    }
    await this.prune();
  }

  /** Takes what became of a clip that was wanted; it is never thrown for. */
  take(alertId: string, outcome: CutOutcome): void {
    if (this.#closed) return;
    const refusal = typeof outcome === 'string' ? outcome : null;
    const cut = typeof outcome === 'string' ? null : this.#takeOver(alertId, outcome);
    this.#working = this.#working
      .then(() => (cut ? this.#bring(alertId, cut) : this.#miss(alertId, refusal ?? 'spool-failed')))
      .catch((error) => this.#say(alertId, error));
  }

  /** Removes clips that were kept long enough. Nobody is told: these alerts are long over. */
  async prune(nowMs = Date.now()): Promise<void> {
    const { store, keptMs } = this.#options;
    for (;;) {
      const old = await store.db
        .selectFrom('alert_clips')
        .select('alert_id')
        .where('state', '=', 'ready')
        .where('ended_at', '<', new Date(nowMs - keptMs))
        .orderBy('ended_at')
        .limit(EXPIRED_AT_ONCE)
        .execute();
      if (old.length === 0) return;
      const ids = old.map((row) => row.alert_id);
      await store.db
        .updateTable('alert_clips')
        .set({ state: 'missing', reason: 'expired', path: null })
        .where('alert_id', 'in', ids)
        .execute();
      for (const id of ids) await removePlaced(store.evidenceDir, clipPath(id));
    }
  }

  /** Finishes what it has begun, and takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
    await rm(this.#options.folder, { recursive: true, force: true });
  }

  /** At once, not when its turn comes: the folder of a shard that is started again is emptied. */
  #takeOver(alertId: string, cut: ClipCut): Promise<ClipCut> {
    const file = join(this.#options.folder, alertId);
    const taken = rename(cut.file, file).then(() => ({ ...cut, file }));
    // Whoever waits for it is told.
    taken.catch(() => undefined);
    return taken;
  }

  async #bring(alertId: string, taken: Promise<ClipCut>): Promise<void> {
    const { store, folder } = this.#options;
    try {
      const cut = await taken;
      const path = clipPath(alertId);
      let made: Awaited<ReturnType<typeof packageClip>> | null = null;
      await place(store.evidenceDir, path, async (part) => {
        made = await packageClip(cut, part);
      });
      await this.#ready(alertId, cut, path, made!);
    } catch (error) {
      this.#say(alertId, error);
      await this.#miss(alertId, error instanceof ClipError ? error.code : 'spool-failed');
    } finally {
      await rm(join(folder, alertId), { force: true });
    }
  }

  async #ready(
    alertId: string,
    { units, everyFrameFromMs, cutShort, gaps }: ClipCut,
    path: string,
    { widthPx, heightPx, bytes }: { widthPx: number; heightPx: number; bytes: number },
  ): Promise<void> {
    const text = (ms: number) => new Date(ms).toISOString();
    await this.#tell(alertId, {
      state: 'ready',
      began_at: new Date(units[0]!.capturedAtMs),
      ended_at: new Date(units.at(-1)!.capturedAtMs),
      every_frame_from: everyFrameFromMs === null ? null : new Date(everyFrameFromMs),
      cut_short: cutShort,
      gaps: JSON.stringify(gaps.map(({ fromMs, toMs }) => ({ from: text(fromMs), to: text(toMs) }))),
      codec: units[0]!.codec,
      width_px: widthPx,
      height_px: heightPx,
      bytes,
      path,
    });
  }

  async #miss(alertId: string, reason: ClipFault): Promise<void> {
    await this.#tell(alertId, { state: 'missing', reason });
  }

  async #tell(alertId: string, set: { state: 'ready' | 'missing' } & Record<string, unknown>): Promise<void> {
    await this.#options.store.db.transaction().execute(async (trx) => {
      // The alert before what is part of it: the order in which everybody locks them.
      await trx.selectFrom('alerts').select('id').where('id', '=', alertId).forUpdate().execute();
      const { numUpdatedRows } = await trx
        .updateTable('alert_clips')
        .set(set)
        .where('alert_id', '=', alertId)
        .where('state', '=', 'awaited')
        .executeTakeFirst();
      if (numUpdatedRows > 0n) await recordAlerts(trx, [alertId]);
    });
  }

  #say(alertId: string, error: unknown): void {
    this.#options.say(`clip of alert ${alertId}: ${error instanceof Error ? error.message : error}`);
  }
}
