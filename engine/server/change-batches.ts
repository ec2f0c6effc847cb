import type { Kysely } from 'kysely';
import { type Reached, reaches, readReached, readReachedOfPart } from '../accounts/sight.ts';
import { seesScope } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import { Change, type ChangeBatch, type ChangeKind } from '../contract/change.ts';
import { readChanges, type Scope } from '../store/changes.ts';
import type { Schema } from '../store/schema.ts';
import { ENTITIES, type Entity } from './entities.ts';
import type { LiveCameras } from './live.ts';
import { may } from './who-may.ts';

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
  /** Who sees it besides, by grants that hold. */
  reached: readonly Reached[];
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
  const reachedOf = await readAllReached(db, idsByKind, found);
  const items = rows.map(({ seq, kind, entityId, scope, at }) => {
    const entity = found.get(`${kind} ${entityId}`) ?? null;
    const change = Change.parse({ seq, kind, entityId, at: at.toISOString(), entity: entity?.wire ?? null });
    const reached = reachedOf.get(`${kind} ${entityId}`) ?? [];
    return { change, changeScope: scope, entityScope: entity?.scope ?? null, reached };
  });
  return { fromSeq, toSeq: rows.at(-1)?.seq ?? fromSeq, items, full: rows.length >= limit };
}

/** Of cameras, and of parts of the pool that hold a granted camera: to whom they are granted. Alerts and cases are not. */
async function readAllReached(
  db: Kysely<Schema>,
  idsByKind: ReadonlyMap<ChangeKind, ReadonlySet<string>>,
  found: ReadonlyMap<string, Entity>,
): Promise<Map<string, Reached[]>> {
  const all = new Map<string, Reached[]>();
  for (const [id, reached] of await readReached(db, [...(idsByKind.get('camera') ?? [])]))
    all.set(`camera ${id}`, reached);
  for (const id of idsByKind.get('pool') ?? []) {
    const scope = found.get(`pool ${id}`)?.scope;
    if (!scope || scope.department === null) continue;
    const { division, department } = scope;
    all.set(`pool ${id}`, await readReachedOfPart(db, { division, department }));
  }
  return all;
}

/**
 * What one viewer may see of a batch, empty or not. A thing that moved out of the viewer's sight is told as gone; one
 * that was never in it is not told at all.
 */
export function seenBy(viewer: Account, batch: ScopedBatch): ChangeBatch {
  const items: Change[] = [];
  const isField = !may(viewer, 'changes.read');
  for (const { change, changeScope, entityScope, reached } of batch.items) {
    if (change.kind === 'sight') {
      if (sameScope(changeScope, viewer)) items.push(change);
      continue;
    }
    if (change.kind === 'field') {
      if (isField ? change.entity?.unitId === viewer.unitId : seesScope(viewer, changeScope)) items.push(change);
      continue;
    }
    // An officer is told of their unit's work and of nothing else; what it is the phone asks for.
    if (isField) continue;
    // Everybody's: see algorithms/stages.ts.
    if (change.kind === 'algorithm') {
      items.push(change);
      continue;
    }
    const isReached = reached.some((to) => reaches(to, viewer));
    const seesEntity = entityScope !== null && (isReached || seesScope(viewer, entityScope));
    if (seesEntity) items.push(change);
    else if (seesScope(viewer, changeScope)) items.push({ ...change, entity: null });
  }
  return { fromSeq: batch.fromSeq, toSeq: batch.toSeq, items };
}

/** Whether a change of sight is the viewer's: those above it see what they saw. */
export function sameScope(scope: Scope, { division, department }: Pick<Account, 'division' | 'department'>): boolean {
  return scope.division === division && scope.department === department;
}
