import { type Kysely, type SqlBool, sql } from 'kysely';
import { ulid } from 'ulid';
import { nameOf, visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { AlgorithmBound, BindingQuestion, NewAlgorithmBinding } from '../contract/algorithm-definition.ts';
import { divisionPrefix } from '../contract/division.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import { listLibraries } from '../libraries/read-libraries.ts';
import type { Schema } from '../store/schema.ts';
import { type AlgorithmSite, readVisible } from './definitions.ts';
import { assertWithinShare } from './share.ts';

/** The bindings of what the account may see, newest first, those that were revoked too. */
export async function listBindings(
  db: Kysely<Schema>,
  account: Account,
  algorithm?: string,
): Promise<AlgorithmBound[]> {
  let query = db
    .selectFrom('algorithm_bindings')
    .selectAll()
    .select(
      sql<{ id: string; name: string | null }[]>`coalesce((
        select jsonb_agg(jsonb_build_object('id', wanted.id, 'name', l.name))
        from unnest(algorithm_bindings.libraries) wanted (id)
        left join libraries l on l.id = wanted.id and l.deleted_at is null), '[]')`.as('named'),
    )
    .select(
      sql<number>`(select count(distinct v.camera_id)::int from bound_cameras v where v.binding_id = algorithm_bindings.id)`.as(
        'reaches',
      ),
    )
    .select(
      sql<number>`(select count(distinct v.camera_id)::int from named_cameras v
        where v.binding_id = algorithm_bindings.id and v.beyond)`.as('beyond'),
    )
    .where(visibleTo(account, 'algorithm_bindings'))
    .orderBy('bound_at', 'desc');
  if (algorithm !== undefined) query = query.where('algorithm', '=', algorithm);
  const rows = await query.execute();
  return rows.map((row) => ({
    id: row.id,
    algorithm: row.algorithm,
    cameras: row.cameras,
    libraries: row.named,
    divisions: row.divisions,
    hours: row.hours,
    days: row.days,
    division: row.division,
    department: row.department,
    reason: row.reason,
    by: row.bound_by,
    at: row.bound_at.toISOString(),
    reaches: row.reaches,
    beyond: row.beyond,
    revoked: row.revoked_at && {
      by: row.revoked_by ?? '',
      at: row.revoked_at.toISOString(),
      reason: row.revoke_reason ?? '',
    },
  }));
}

/**
 * Binds an algorithm. It reaches what the account's division and department own, and what is granted to them to analyse.
 * @returns the binding's id
 * @throws Refusal 404 `not-found`, 409 `not-runnable`, 422 `binds-nothing`, 403 `outside-your-scope`, `beyond-share`
 */
export async function addBinding(
  db: Kysely<Schema>,
  account: Account,
  { algorithm, wanted, site }: { algorithm: string; wanted: NewAlgorithmBinding; site: AlgorithmSite },
): Promise<string> {
  const definition = (await readVisible(db, site, account)).get(algorithm);
  if (!definition) throw notVisible('algorithm', algorithm);
  if (definition.body.runs === null) {
    throw new Refusal(409, 'not-runnable', 'It is only catalogued: there is nothing of it that could run.', {
      got: 'catalogued',
      expected: 'an algorithm with a model',
    });
  }
  await assertReach(db, account, wanted);
  await assertWithinShare(db, definition.body.share, wanted);
  const id = `binding-${ulid().toLowerCase()}`;
  const { cameras, libraries, divisions, hours, days, reason } = wanted;
  await db
    .insertInto('algorithm_bindings')
    .values({
      ...{ id, algorithm, cameras, libraries, divisions, hours, days, reason },
      division: account.division,
      department: account.department,
      bound_by: nameOf(account),
    })
    .execute();
  return id;
}

/** @throws Refusal 404 `not-found`, 409 `already-revoked` */
export async function revokeBinding(db: Kysely<Schema>, account: Account, id: string, reason: string): Promise<void> {
  const found = await db
    .selectFrom('algorithm_bindings')
    .select('id')
    .where('id', '=', id)
    .where(visibleTo(account))
    .executeTakeFirst();
  if (!found) throw notVisible('binding', id);
  const revoked = await db
    .updateTable('algorithm_bindings')
    .set({ revoked_at: new Date(), revoked_by: nameOf(account), revoke_reason: reason })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (revoked) return;
  throw new Refusal(409, 'already-revoked', 'The binding was revoked already.', {
    got: 'a binding that was revoked',
    expected: 'one that is in force',
  });
}

/** The cameras that a binding would reach now; the same condition as the view `bound_cameras`. */
export async function camerasInReach(
  db: Kysely<Schema>,
  account: Account,
  { cameras, libraries, divisions }: BindingQuestion,
): Promise<{ id: string; bound: string[]; own: string[]; analysed: boolean }[]> {
  const { rows } = await sql<{ id: string; bound: string[]; own: string[]; analysed: boolean }>`
    select c.id, c.bound_algorithms as bound, c.analysed,
      array(select jsonb_path_query(c.body, '$.algorithms[*].rule') #>> '{}') as own
    from cameras c
    left join lateral (
      select exists (
        select from library_grants g where g.library_id = m.library_id and 'analyse' = any (g.acts) and grant_holds(g)
          and grant_reaches(g, ${account.division}, ${account.department}::text)) as granted
      from library_cameras m where m.camera_id = c.id and m.library_id = any (${libraries}::text[])
      order by 1 desc limit 1
    ) l on true
    where not c.disabled and c.body ? 'source'
      and (coalesce(l.granted, false) or ${visibleTo(account, 'c')()})
      and (c.id = any (${cameras}::text[]) or l.granted is not null
        or exists (select from unnest(${divisions}::text[]) d (code)
          where starts_with(c.division, division_prefix(d.code))))
    order by c.id`.execute(db);
  return rows;
}

async function assertReach(db: Kysely<Schema>, account: Account, wanted: NewAlgorithmBinding): Promise<void> {
  const { cameras, libraries, divisions } = wanted;
  if (cameras.length + libraries.length + divisions.length === 0) {
    throw new Refusal(422, 'binds-nothing', 'It is bound to nothing.', {
      got: 'no camera, library or division',
      expected: 'one of them at least',
    });
  }
  const seen = new Set((await listLibraries(db, account)).map(({ id }) => id));
  const strange = libraries.find((id) => !seen.has(id));
  if (strange !== undefined) throw notVisible('library', strange);
  const own = divisionPrefix(account.division);
  const outside = divisions.filter((code) => !code.startsWith(own));
  if (outside.length > 0) {
    throw new Refusal(403, 'outside-your-scope', 'These divisions are not yours.', {
      got: outside,
      expected: account.division,
    });
  }
  if (cameras.length === 0) return;
  const there = await db
    .selectFrom('cameras')
    .select('id')
    .where('id', 'in', cameras)
    .where(visibleTo(account))
    .where(sql<SqlBool>`body ? 'source'`)
    .execute();
  const known = new Set(there.map(({ id }) => id));
  const unknown = cameras.filter((id) => !known.has(id));
  if (unknown.length === 0) return;
  throw new Refusal(422, 'cameras-not-yours', 'Some of these are no cameras of yours with a stream.', {
    got: unknown.slice(0, 20),
    expected: 'cameras of your own division and department',
  });
}
