import type { Kysely, Transaction } from 'kysely';
import { ShippedRule, ZONE_KIND_OF_RULE } from '#config/rule.ts';
import type { SiteConfig } from '#config/site.ts';
import { nameOf, visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type {
  AlgorithmDefinition,
  AlgorithmRun,
  DefinitionBody,
  DefinitionPatch,
  DefinitionState,
  NewAlgorithmDefinition,
} from '../contract/algorithm-definition.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import { assertOwns, isSharedWith } from './share.ts';
import { shippedDefinitions } from './shipped.ts';

/** What of the site the algorithms go by. */
export type AlgorithmSite = Pick<SiteConfig, 'rules' | 'model' | 'caseClocks'>;

/** The model that runs where nothing else is said: its name, and the labels that it knows; null: not told. */
export interface SiteModel {
  name: string;
  labels: readonly string[] | null;
}

interface KeptDefinition {
  revision: number;
  body: DefinitionBody;
}

/** All algorithms by id: those of the site's settings, and those that were defined or imported. */
export async function readBodies(db: Kysely<Schema>, site: AlgorithmSite): Promise<Map<string, KeptDefinition>> {
  const rows = await db.selectFrom('algorithm_definitions').selectAll().orderBy('id').execute();
  return new Map([
    ...[...shippedDefinitions(site.rules, site.model)].map(([id, body]) => [id, { revision: 0, body }] as const),
    ...rows.map(({ id, revision, body }) => [id, { revision, body }] as const),
  ]);
}

/**
 * Those that the account may see; null is the engine itself, which sees all. One that is not shared with its division any more
 * is seen as long as it is bound there, so that one can tell why it watches nothing.
 */
export async function readVisible(
  db: Kysely<Schema>,
  site: AlgorithmSite,
  account: Account | null,
): Promise<Map<string, KeptDefinition>> {
  const bodies = await readBodies(db, site);
  if (account === null) return bodies;
  const rows = await db
    .selectFrom('algorithm_bindings')
    .select('algorithm')
    .distinct()
    .where('revoked_at', 'is', null)
    .where(visibleTo(account))
    .execute();
  const bound = new Set(rows.map(({ algorithm }) => algorithm));
  return new Map([...bodies].filter(([id, { body }]) => bound.has(id) || isSharedWith(account, body.share)));
}

/** The models that run where they are bound: the site's own, and those with a version in shadow, canary or full. */
export async function readRunningModels(db: Kysely<Schema>, site: AlgorithmSite): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('algorithm_stages')
    .select('algorithm')
    .distinct()
    .where('stage', 'in', ['shadow', 'canary', 'full'])
    .execute();
  return new Set([site.model, ...rows.map(({ algorithm }) => algorithm)]);
}

export function stateOf({ runs }: DefinitionBody, running: ReadonlySet<string>): DefinitionState {
  if (runs === null) return 'catalogued';
  return running.has(runs.model) ? 'runnable' : 'no-model';
}

/** Every algorithm that the account may see, with what it watches now: by bindings, and by the cameras' own rules. */
export async function readDefinitions(
  db: Kysely<Schema>,
  site: AlgorithmSite,
  account: Account | null,
): Promise<AlgorithmDefinition[]> {
  const [bodies, running, cameras] = [
    await readVisible(db, site, account),
    await readRunningModels(db, site),
    await countCameras(db),
  ];
  return [...bodies].map(([id, { revision, body }]) => ({
    ...body,
    id,
    revision,
    state: stateOf(body, running),
    cameras: cameras.get(id) ?? 0,
  }));
}

async function countCameras(db: Kysely<Schema>): Promise<Map<string, number>> {
  const own = db
    .selectFrom('cameras')
    .select(['cameras.id'])
    .select((of) => of.fn<string>('jsonb_path_query', ['body', of.val('$.algorithms[*].rule')]).as('rule'))
    .where('analysed', '=', true);
  const bound = db
    .selectFrom('cameras')
    .select(['cameras.id'])
    .select((of) => of.fn<string>('to_jsonb', [of.fn('unnest', ['bound_algorithms'])]).as('rule'))
    .where('analysed', '=', true);
  const rows = await db
    .selectFrom(own.union(bound).as('watched'))
    .select('rule')
    .select((of) => of.fn.countAll<number>().as('cameras'))
    .groupBy('rule')
    .execute();
  return new Map(rows.map(({ rule, cameras }) => [rule, Number(cameras)]));
}

/** @throws Refusal 404 `not-found` */
export async function readDefinition(db: Kysely<Schema>, site: AlgorithmSite, account: Account | null, id: string) {
  const found = (await readDefinitions(db, site, account)).find((one) => one.id === id);
  if (!found) throw notVisible('algorithm', id);
  return found;
}

/** How an algorithm came to be as it is, newest first; none of a shipped one, which the site's revisions tell. */
export async function readRevisions(db: Kysely<Schema>, id: string) {
  const rows = await db
    .selectFrom('algorithm_definition_revisions')
    .selectAll()
    .where('definition_id', '=', id)
    .orderBy('revision', 'desc')
    .execute();
  return rows.map(({ revision, at, by, body }) => ({ revision, at: at.toISOString(), by, body }));
}

interface Writing {
  site: AlgorithmSite;
  siteModel: SiteModel;
  /** A name instead of an account is the engine's own work. */
  by: Account | string;
}

/** @throws Refusal 409 `algorithm-exists`, 403 `outside-your-scope`, 422 of {@link assertRuns} */
export async function createDefinition(
  db: Kysely<Schema>,
  { id, ...body }: NewAlgorithmDefinition,
  writing: Writing,
): Promise<void> {
  await assertRuns(db, body, writing);
  await db.transaction().execute((trx) => insertDefinition(trx, id, owned(body, writing.by), writing.by));
}

/** What says no owner's division has that of whoever makes it. @throws Refusal 403 `outside-your-scope` */
export function owned(body: DefinitionBody, by: Account | string): DefinitionBody {
  const division = body.share.division ?? (typeof by === 'string' ? null : by.division);
  assertOwns(by, division);
  return { ...body, share: { ...body.share, division } };
}

/** @throws Refusal 409 `algorithm-exists` */
export async function insertDefinition(
  trx: Transaction<Schema>,
  id: string,
  body: DefinitionBody,
  by: Account | string,
): Promise<void> {
  const made = await trx
    .insertInto('algorithm_definitions')
    .values({ id, revision: 1, body: JSON.stringify(body) })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made || ShippedRule.safeParse(id).success) {
    throw new Refusal(409, 'algorithm-exists', `There is an algorithm "${id}" already.`, {
      got: id,
      expected: 'an id that no other algorithm has',
    });
  }
  await keepRevision(trx, id, 1, body, nameOf(by));
}

/** @throws Refusal 404 `not-found`, 403 `outside-your-scope`, 409 `site-defined`, `algorithm-changed`, 422 of {@link assertRuns} */
export async function changeDefinition(
  db: Kysely<Schema>,
  id: string,
  { revision, ...body }: DefinitionPatch,
  writing: Writing,
): Promise<void> {
  if (ShippedRule.safeParse(id).success) {
    throw new Refusal(409, 'site-defined', 'The settings of the site state this algorithm; it is changed there.', {
      got: id,
      expected: 'an algorithm that was defined here',
    });
  }
  const { site, by } = writing;
  if (!(await readVisible(db, site, typeof by === 'string' ? null : by)).has(id)) throw notVisible('algorithm', id);
  await assertRuns(db, body, writing);
  await db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('algorithm_definitions')
      .select(['revision', 'body'])
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw notVisible('algorithm', id);
    if (row.revision !== revision) {
      throw new Refusal(409, 'algorithm-changed', 'Somebody has changed the algorithm meanwhile.', {
        got: revision,
        expected: row.revision,
      });
    }
    const before = row.body.share.division ?? null;
    assertOwns(by, before);
    const share = { ...body.share, division: body.share.division ?? before };
    assertOwns(by, share.division);
    const changed = { ...body, share };
    await trx
      .updateTable('algorithm_definitions')
      .set({ revision: revision + 1, body: JSON.stringify(changed) })
      .where('id', '=', id)
      .execute();
    await keepRevision(trx, id, revision + 1, changed, nameOf(by));
  });
}

async function keepRevision(trx: Transaction<Schema>, id: string, revision: number, body: DefinitionBody, by: string) {
  await trx
    .insertInto('algorithm_definition_revisions')
    .values({ definition_id: id, revision, by, body: JSON.stringify(body) })
    .execute();
}

/**
 * Refuses what could never run, or would look for what its model does not know.
 * @throws Refusal 422 `raises-nothing`, `classes-missing`, `classes-unwanted`, `zone-of-rule`, `model-unknown`, `class-unknown`
 */
async function assertRuns(db: Kysely<Schema>, { runs, raises }: DefinitionBody, { siteModel }: Writing): Promise<void> {
  if (runs === null) return;
  if (raises === null) throw wrong('raises-nothing', 'What it finds has no class.', null, 'severity, codeset and code');
  const labels = await labelsOf(db, runs.model, siteModel);
  if (runs.rule !== 'object-present') return assertShippedRule(runs);
  if (runs.classes.length === 0) throw wrong('classes-missing', 'It looks for nothing.', [], 'one class at least');
  const strange = labels && runs.classes.filter((label) => !labels.includes(label));
  if (strange && strange.length > 0)
    throw wrong('class-unknown', `${runs.model} does not know such things.`, strange, labels.join(', ').slice(0, 2000));
}

function assertShippedRule({ rule, classes, zoneKind }: AlgorithmRun): void {
  if (classes.length > 0)
    throw wrong('classes-unwanted', `The rule ${rule} knows what it looks for.`, classes, 'no classes');
  const own = ZONE_KIND_OF_RULE[rule];
  if (zoneKind !== own) throw wrong('zone-of-rule', `The rule ${rule} looks into zones of its kind.`, zoneKind, own);
}

/** The labels of a model, of its newest version where it has some; null: not known. @throws Refusal 422 `model-unknown` */
async function labelsOf(db: Kysely<Schema>, model: string, siteModel: SiteModel): Promise<readonly string[] | null> {
  if (model === siteModel.name && siteModel.labels) return siteModel.labels;
  const row = await db
    .selectFrom('algorithm_versions')
    .select('inspection')
    .where('algorithm', '=', model)
    .orderBy('at', 'desc')
    .executeTakeFirst();
  if (row) return row.inspection.labels;
  if (model === siteModel.name) return null;
  throw wrong('model-unknown', 'There is no model of this name.', model, 'the name of an uploaded model');
}

function wrong(code: string, message: string, got: unknown, expected: unknown): Refusal {
  return new Refusal(422, code, message, { got, expected });
}
