import type { Kysely } from 'kysely';
import { nameOf } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import { Refusal } from '../contract/refusal.ts';
import { recordChange } from '../store/changes.ts';
import type { Schema } from '../store/schema.ts';
import type { StoredCamera } from './stored-camera.ts';
import { drawingOf, keepFingerprint } from './view-fingerprints.ts';
import { addRevision, lockCamera, present } from './write-cameras.ts';

/**
 * What the camera shows is one of its views from now on, with the zones as they are: the next revision says so, though
 * the settings stay the same.
 * @param fingerprint of what the camera shows, as `Fingerprint` writes it.
 * @throws Refusal 404 `not-found`, `no-such-view`.
 */
export async function acceptView(
  db: Kysely<Schema>,
  id: string,
  viewId: string,
  fingerprint: string,
  by: Account | string,
): Promise<StoredCamera> {
  return db.transaction().execute(async (trx) => {
    const before = await lockCamera(trx, id, by, 'analyse');
    const view = viewOf(before, viewId);
    const revision = before.revision + 1;
    await trx.updateTable('cameras').set({ revision }).where('id', '=', id).execute();
    await keepFingerprint(trx, id, viewId, { drawing: `${drawingOf(view)}@${revision}`, fingerprint });
    await addRevision(trx, id, revision, nameOf(by), before.config, viewId);
    const { division, department } = before;
    await recordChange(trx, { kind: 'camera', entityId: id, scope: { division, department } });
    return present(trx, id);
  });
}

/** @throws Refusal 404 `no-such-view`. */
export function viewOf({ id, config }: StoredCamera, viewId: string): StoredCamera['config']['views'][number] {
  const view = config.views.find((one) => one.id === viewId);
  if (view) return view;
  throw new Refusal(404, 'no-such-view', `The camera "${id}" has no view "${viewId}".`, {
    got: viewId,
    expected: config.views.map((one) => one.id),
  });
}
