import type { Kysely } from 'kysely';
import { inSight, readSight } from '../accounts/sight.ts';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import { notVisible } from '../contract/refusal.ts';
import type { Rollout, ShadowAlert } from '../contract/rollout.ts';
import { RolloutLimits } from '../contract/rollout-terms.ts';
import type { Schema } from '../store/schema.ts';
import { verdictsOf } from './breaches.ts';
import { compareShadow, linesOf, readShadowAlerts } from './compare.ts';

/** What of a version is known by the processes alone. */
export interface LiveRollout extends Readonly<Rollout['running']> {
  cameras: { id: string; role: 'alerts' | 'shadow' }[];
}

const MOST_DEATHS = 20;
const MOST_SHADOW_ALERTS = 200;

/** @throws Refusal 404 `not-found` */
export async function readRollout(
  db: Kysely<Schema>,
  account: Account,
  id: string,
  liveOf: (versionId: string) => LiveRollout,
): Promise<Rollout> {
  const { algorithm, stage, since, share, limits } = await readStage(db, id);
  const { cameras, ...running } = liveOf(id);
  const full = await db
    .selectFrom('algorithm_stages')
    .innerJoin('algorithm_versions', 'algorithm_versions.id', 'algorithm_stages.version_id')
    .select(['id', 'version'])
    .where('algorithm_stages.algorithm', '=', algorithm)
    .where('stage', '=', 'full')
    .where('id', '!=', id)
    .executeTakeFirst();
  return {
    versionId: id,
    stage,
    since: since.toISOString(),
    share,
    limits: RolloutLimits.parse(limits ?? {}),
    running,
    cameras: await named(db, account, cameras),
    against: full ? { versionId: full.id, version: full.version, lookMs: liveOf(full.id).lookMs } : null,
    comparison: linesOf(await compared(db, account, id, cameras)),
    verdicts: await verdictsOf(db, id, new Date(0)),
    deaths: await readDeaths(db, id),
  };
}

/** @throws Refusal 404 `not-found` */
export async function listShadowAlerts(
  db: Kysely<Schema>,
  account: Account,
  id: string,
  liveOf: (versionId: string) => LiveRollout,
): Promise<ShadowAlert[]> {
  const { alertOf } = await compared(db, account, id, liveOf(id).cameras);
  return readShadowAlerts(db, account, id, alertOf, MOST_SHADOW_ALERTS);
}

/** The picture of what a version in the shadow would have raised. @throws Refusal 404 `not-found` */
export async function shadowPicture(db: Kysely<Schema>, account: Account, id: string): Promise<Buffer> {
  const row = await db
    .selectFrom('shadow_alerts')
    .select('picture')
    .where('id', '=', id)
    .where(visibleTo(account))
    .executeTakeFirst();
  if (!row?.picture) throw notVisible('picture of a shadow alert', id);
  return row.picture;
}

async function compared(db: Kysely<Schema>, account: Account, id: string, cameras: LiveRollout['cameras']) {
  const { algorithm, stage, since } = await readStage(db, id);
  const ofVersion = { versionId: id, algorithm };
  if (stage === 'shadow') {
    const cameraIds = cameras.filter(({ role }) => role === 'shadow').map((camera) => camera.id);
    return compareShadow(db, account, { ...ofVersion, since, cameraIds });
  }
  const was = await lastShadow(db, id);
  if (!was) return compareShadow(db, account, { ...ofVersion, since, cameraIds: [] });
  return compareShadow(db, account, { ...ofVersion, ...was, cameraIds: await shadowCameras(db, id, was.since) });
}

/** When it was in the shadow last, of a version that is so no more; null: never. */
async function lastShadow(db: Kysely<Schema>, id: string): Promise<{ since: Date; until: Date } | null> {
  const rows = await db
    .selectFrom('algorithm_moves')
    .select(['at', 'to_stage'])
    .where('version_id', '=', id)
    .where((of) => of.or([of('to_stage', '=', 'shadow'), of('from_stage', '=', 'shadow')]))
    // A change of its share is no beginning.
    .where((of) => of('from_stage', '!=', of.ref('to_stage')))
    .orderBy('n', 'desc')
    .limit(2)
    .execute();
  const [left, came] = rows;
  return left && came ? { since: came.at, until: left.at } : null;
}

/** Where it saw something then: which cameras it looked at besides is not on record. */
async function shadowCameras(db: Kysely<Schema>, id: string, since: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('shadow_alerts')
    .select('camera_id')
    .distinct()
    .where('version_id', '=', id)
    .where('raised_at', '>=', since)
    .execute();
  return rows.map(({ camera_id }) => camera_id);
}

async function readStage(db: Kysely<Schema>, id: string) {
  const row = await db
    .selectFrom('algorithm_stages')
    .select(['algorithm', 'stage', 'since', 'share', 'limits'])
    .where('version_id', '=', id)
    .executeTakeFirst();
  if (!row) throw notVisible('version of an algorithm', id);
  return row;
}

async function named(
  db: Kysely<Schema>,
  account: Account,
  cameras: LiveRollout['cameras'],
): Promise<Rollout['cameras']> {
  if (cameras.length === 0) return [];
  const roles = new Map(cameras.map(({ id, role }) => [id, role]));
  const rows = await db
    .selectFrom('cameras')
    .select(['id', 'body'])
    .where('id', 'in', [...roles.keys()])
    .where(inSight(await readSight(db, account)))
    .orderBy('id')
    .execute();
  return rows.map(({ id, body }) => ({ id, name: body.name, role: roles.get(id)! }));
}

async function readDeaths(db: Kysely<Schema>, versionId: string): Promise<Rollout['deaths']> {
  const rows = await db
    .selectFrom('algorithm_deaths')
    .select(['at', 'process', 'how', 'log'])
    .where('version_id', '=', versionId)
    .orderBy('n', 'desc')
    .limit(MOST_DEATHS)
    .execute();
  return rows.map(({ at, ...death }) => ({ ...death, at: at.toISOString() }));
}
