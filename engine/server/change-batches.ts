import type { Kysely } from 'kysely';
import { seesScope } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import { Change, type ChangeBatch, type ChangeKind } from '../contract/change.ts';
import { readChanges, type Scope } from '../store/changes.ts';
import type { Schema } from '../store/schema.ts';
import { ENTITIES, type Entity } from './entities.ts';
import type { LiveCameras } from './live.ts';

/** Changes with the present state of what changed, before anybody's scope is applied. */
export interface ScopedBatch {
  fromSeq: number;
  toSeq: number;
  items: ScopedChange[];
  /** Whether the limit cut it off: there may be more after `toSeq`. */
  full: boolean;
}

interface ScopedChange {
  change: Change;
  /** Where the change was recorded, and where the thing is now; null: it is gone. */
  changeScope: Scope;
  entityScope: Scope | null;
}

/** Reads the changes after a seq once, for as many viewers as there are. */
export async function readBatch(
  db: Kysely<Schema>,
  live: LiveCameras,
  fromSeq: number,
  limit: number,
): Promise<ScopedBatch> {
  const rows = await readChanges(db, fromSeq, limit);
  const idsByKind = new Map<ChangeKind, Set<string>>();
  for (const { kind, entityId } of rows) {
    const ids = idsByKind.get(kind) ?? new Set();
    idsByKind.set(kind, ids.add(entityId));
  }
  const found = new Map<string, Entity>();
  for (const [kind, ids] of idsByKind) {
    for (const entity of await ENTITIES[kind](db, [...ids], live)) found.set(`${kind} ${entity.wire.id}`, entity);
  }
  const items = rows.map(({ seq, kind, entityId, scope, at }) => {
    const entity = found.get(`${kind} ${entityId}`) ?? null;
    const change = Change.parse({ seq, kind, entityId, at: at.toISOString(), entity: entity?.wire ?? null });
    return { change, changeScope: scope, entityScope: entity?.scope ?? null };
  });
  return { fromSeq, toSeq: rows.at(-1)?.seq ?? fromSeq, items, full: rows.length >= limit };
}

/**
 * What one viewer may see of a batch, empty or not. A thing that moved out of the viewer's sight is told as gone; one
 * that was never in it is not told at all.
 */
export function seenBy(viewer: Account, batch: ScopedBatch): ChangeBatch {
  const items: Change[] = [];
  for (const { change, changeScope, entityScope } of batch.items) {
    const seesEntity = entityScope !== null && seesScope(viewer, entityScope);
    if (seesEntity) items.push(change);
    else if (seesScope(viewer, changeScope)) items.push({ ...change, entity: null });
  }
  return { fromSeq: batch.fromSeq, toSeq: batch.toSeq, items };
}
