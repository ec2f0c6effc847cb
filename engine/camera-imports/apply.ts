import { type Kysely, sql, type Transaction } from 'kysely';
import { Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';

const ROWS_AT_ONCE = 2000;

/**
 * Does what a dry run showed, all or nothing: cameras and revisions in batches, and in the end one message for each
 * division and department that was touched, not one for each camera. Analysed cameras, which walls hold, are told singly.
 * @returns the ids of analysed cameras that changed
 * @throws Refusal 409 `cameras-changed` when a camera is no longer as it was when the dry run looked at it.
 */
export async function applyRows(
  db: Kysely<Schema>,
  importId: string,
  by: string,
  onProgress: (done: number) => void,
): Promise<string[]> {
  return db.transaction().execute(async (trx) => {
    await assertAsShown(trx, importId);
    const touched = await touchedScopes(trx, importId);
    const { rows: analysed } = await sql<{ id: string }>`
      select c.id from cameras c join camera_import_rows r on r.camera_id = c.id
      where r.import_id = ${importId} and r.outcome = 'changed' and c.analysed order by c.id`.execute(trx);
    const last = await trx
      .selectFrom('camera_import_rows')
      .select(sql<number>`coalesce(max(n), 0)`.as('n'))
      .where('import_id', '=', importId)
      .executeTakeFirstOrThrow();
    for (let from = 0; from < last.n; from += ROWS_AT_ONCE) {
      await applyBatch(trx, importId, by, from, from + ROWS_AT_ONCE);
      onProgress(Math.min(from + ROWS_AT_ONCE, last.n));
    }
    await sql`update camera_import_rows set body = null where import_id = ${importId} and body is not null`.execute(
      trx,
    );
    await sql`update camera_imports set state = 'applied', applied_at = now() where id = ${importId}`.execute(trx);
    const ids = analysed.map(({ id }) => id);
    // From here on nobody else records a change: it comes last.
    await sql`
      select record_change('camera', id, division, department) from cameras where id = any(${ids}::text[])`.execute(
      trx,
    );
    await sql`
      select record_change('pool', division || '/' || department, division, department)
      from unnest(${touched.map(({ division }) => division)}::text[], ${touched.map(({ department }) => department)}::text[])
        as touched (division, department)`.execute(trx);
    return ids;
  });
}

async function assertAsShown(trx: Transaction<Schema>, importId: string): Promise<void> {
  // In the order of their ids, as every import locks them: two of them cannot wait for one another.
  await sql`
    select c.id from cameras c join camera_import_rows r on r.camera_id = c.id and r.import_id = ${importId}
    order by c.id for update of c`.execute(trx);
  const { rows } = await sql<{ camera_id: string }>`
    select r.camera_id from camera_import_rows r left join cameras c on c.id = r.camera_id
    where r.import_id = ${importId} and (
      (r.outcome in ('changed', 'same') and c.revision is distinct from r.base_revision)
      or (r.outcome = 'added' and c.id is not null)
      or (r.outcome in ('added', 'changed') and exists (
        select from cameras other where other.gb_id = r.body ->> 'gbId' and other.id <> r.camera_id)))
    order by r.n limit 10`.execute(trx);
  if (rows.length === 0) return;
  throw new Refusal(
    409,
    'cameras-changed',
    'Cameras were changed since the dry run, so it would not do what it showed.',
    {
      got: rows.map(({ camera_id }) => camera_id),
      expected: 'cameras as they were; make the dry run again',
    },
  );
}

async function touchedScopes(trx: Transaction<Schema>, importId: string) {
  const { rows } = await sql<{ division: string; department: string }>`
    select r.division, r.department from camera_import_rows r
      where r.import_id = ${importId} and r.outcome in ('added', 'changed')
    union
    select c.division, c.department from cameras c join camera_import_rows r on r.camera_id = c.id
      where r.import_id = ${importId} and r.outcome = 'changed'`.execute(trx);
  return rows;
}

async function applyBatch(trx: Transaction<Schema>, importId: string, by: string, from: number, to: number) {
  const batch = sql`r.import_id = ${importId} and r.n > ${from} and r.n <= ${to}`;
  await sql`
    insert into cameras (id, body, revision, county_code, county_name, division, department, initials)
    select r.camera_id, r.body,
      1 + coalesce((select max(revision) from camera_revisions v where v.camera_id = r.camera_id), 0),
      r.county_code, r.county_name, r.division, r.department, r.initials
    from camera_import_rows r where ${batch} and r.outcome = 'added'`.execute(trx);
  // An import binds no rules: what it adds is only registered.
  await sql`
    insert into camera_states (id, state) select r.camera_id, 'unknown'
    from camera_import_rows r where ${batch} and r.outcome = 'added'`.execute(trx);
  await sql`
    update cameras c set body = r.body, revision = c.revision + 1, county_code = r.county_code,
      county_name = r.county_name, division = r.division, department = r.department, initials = r.initials
    from camera_import_rows r where ${batch} and r.outcome = 'changed' and c.id = r.camera_id`.execute(trx);
  await sql`
    insert into camera_revisions (camera_id, revision, by, body)
    select c.id, c.revision, ${by}, c.body
    from cameras c join camera_import_rows r on r.camera_id = c.id
    where ${batch} and r.outcome in ('added', 'changed')`.execute(trx);
}
