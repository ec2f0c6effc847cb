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
  const { algorithm, stage, since, shadowSince } = await readStage(db, id);
  const cameraIds = cameras.filter(({ role }) => role === 'shadow').map((camera) => camera.id);
  return compareShadow(db, account, {
    versionId: id,
    algorithm,
    since: stage === 'shadow' ? since : (shadowSince ?? since),
    cameraIds,
  });
}

async function readStage(db: Kysely<Schema>, id: string) {
  const row = await db
    .selectFrom('algorithm_stages')
    .select(['algorithm', 'stage', 'since', 'share', 'limits'])
    .where('version_id', '=', id)
    .executeTakeFirst();
  if (!row) throw notVisible('version of an algorithm', id);
  const shadow = await db
    .selectFrom('algorithm_moves')
    .select('at')
    .where('version_id', '=', id)
    .where('to_stage', '=', 'shadow')
    .orderBy('n', 'desc')
    .executeTakeFirst();
  return { ...row, shadowSince: shadow?.at ?? null };
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
