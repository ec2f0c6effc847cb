import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Account } from '../contract/account.ts';
import { divisionPrefix } from '../contract/division.ts';
import type { GrantedAct } from '../contract/library.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { Schema } from '../store/schema.ts';
import { type Viewer, visibleTo } from './visible-to.ts';

/** Which cameras somebody may do something with: those of its own division and department, and those of granted libraries. */
export interface Sight {
  viewer: Viewer | null;
  /** Libraries of others, granted for this act at this moment. */
  libraryIds: readonly string[];
}

/** What is granted now is asked anew for each request, so that what was revoked is gone with the next one. */
export async function readSight(db: Kysely<Schema>, viewer: Viewer | null, act: GrantedAct = 'see'): Promise<Sight> {
  if (viewer === null) return { viewer, libraryIds: [] };
  const { division, department } = viewer;
  const { rows } = await sql<{ id: string }>`
    select distinct l.id from library_grants g join libraries l on l.id = g.library_id
    where grant_holds(g) and ${act} = any (g.acts) and grant_reaches(g, ${division}, ${department}::text)
      and l.deleted_at is null and not (starts_with(l.division, ${divisionPrefix(division)})
        and (${department}::text is null or coalesce(l.department = ${department}, false)))
    order by l.id`.execute(db);
  return { viewer, libraryIds: rows.map(({ id }) => id) };
}

/** The condition that a camera is within the sight, for `cameras` or what it is called in the query. */
export function inSight({ viewer, libraryIds }: Sight, table = 'cameras'): () => RawBuilder<SqlBool> {
  return () => {
    const own = visibleTo(viewer, table)();
    if (libraryIds.length === 0) return own;
    return sql<SqlBool>`(${own} or ${sql.ref(`${table}.id`)} in (
      select camera_id from library_cameras where library_id = any (${[...libraryIds]}::text[])))`;
  };
}

/** Those of the cameras that the account may do it with. */
export async function withinSight(
  db: Kysely<Schema>,
  viewer: Viewer,
  act: GrantedAct,
  cameraIds: readonly string[],
): Promise<Set<string>> {
  const sight = await readSight(db, viewer, act);
  const rows = await db
    .selectFrom('cameras')
    .select('id')
    .where(sql<SqlBool>`id = any (${[...cameraIds]}::text[])`)
    .where(inSight(sight))
    .execute();
  return new Set(rows.map(({ id }) => id));
}

const SAID: Record<GrantedAct, string> = {
  see: 'seen',
  play: 'played',
  analyse: 'analysed',
  export: 'exported',
};

/**
 * Why somebody may not do it: it is not there for who cannot see it, and not granted for who can.
 * @param act null, and "turn": only the camera's own department may.
 */
export async function refusedCamera(
  db: Kysely<Schema>,
  viewer: Account,
  id: string,
  act: GrantedAct | 'turn' | null,
): Promise<Refusal> {
  if (!(await withinSight(db, viewer, 'see', [id])).has(id)) return notVisible('camera', id);
  const isOwn = act === null || act === 'turn';
  const what = isOwn ? `${act === null ? 'changed or removed' : 'turned'} by others` : `${SAID[act]} by you`;
  return new Refusal(403, 'not-granted', `The camera "${id}" belongs to another department: it may not be ${what}.`, {
    got: id,
    expected: isOwn ? 'a camera of your own division and department' : `a library granted to you for "${act}"`,
  });
}

/** Whose division and department the grant is for; null: any. */
export interface Reached {
  toDivision: string | null;
  toDepartment: string | null;
}

/** As the database's `grant_reaches`. */
export function reaches({ toDivision, toDepartment }: Reached, { division, department }: Viewer): boolean {
  if (toDivision !== null && !division.startsWith(divisionPrefix(toDivision))) return false;
  return toDepartment === null || toDepartment === department;
}

/** For each of the cameras that is granted to somebody now, to whom. */
export async function readReached(db: Kysely<Schema>, cameraIds: readonly string[]): Promise<Map<string, Reached[]>> {
  const reached = new Map<string, Reached[]>();
  if (cameraIds.length === 0) return reached;
  const { rows } = await sql<Reached & { cameraId: string }>`
    select distinct m.camera_id as "cameraId", g.to_division as "toDivision", g.to_department as "toDepartment"
    from library_grants g join library_cameras m on m.library_id = g.library_id
    where grant_holds(g) and m.camera_id = any (${[...cameraIds]}::text[])`.execute(db);
  for (const { cameraId, ...to } of rows) reached.set(cameraId, [...(reached.get(cameraId) ?? []), to]);
  return reached;
}

/** To whom cameras of one department of a division are granted now. */
export async function readReachedOfPart(
  db: Kysely<Schema>,
  { division, department }: { division: string; department: string },
): Promise<Reached[]> {
  const { rows } = await sql<Reached>`
    select distinct g.to_division as "toDivision", g.to_department as "toDepartment" from library_grants g
    where grant_holds(g) and exists (
      select from library_cameras m join cameras c on c.id = m.camera_id
      where m.library_id = g.library_id and c.division = ${division} and c.department = ${department})`.execute(db);
  return rows;
}
