import { type Kysely, type Selectable, sql } from 'kysely';
import { ulid } from 'ulid';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { NewWebhook, Notice, PushAddress, Webhook } from '../contract/notice.ts';
import { notVisible, Refusal } from '../contract/refusal.ts';
import type { NoticesTable } from '../store/field-tables.ts';
import type { Schema } from '../store/schema.ts';

const MOST_SHOWN = 100;

/** Those that nobody has acknowledged: of an officer's unit, or of the desk, the newest first. */
export async function listNotices(db: Kysely<Schema>, viewer: Account): Promise<Notice[]> {
  const rows = await own(db, viewer)
    .where('acknowledged_at', 'is', null)
    .orderBy('at', 'desc')
    .limit(MOST_SHOWN)
    .execute();
  return rows.map(toNotice);
}

/**
 * Says that somebody knows. What was to be told on other channels is told no more. To do so again changes nothing.
 * @throws Refusal 404 `not-found`
 */
export async function acknowledgeNotice(db: Kysely<Schema>, account: Account, id: string): Promise<Notice> {
  await db.transaction().execute(async (trx) => {
    await sql`select stand_in_line()`.execute(trx);
    const one = await own(trx, account).where('id', '=', id).forUpdate().executeTakeFirst();
    if (!one) throw notVisible('notice', id);
    if (one.acknowledged_at) return;
    await trx
      .updateTable('notices')
      .set({ acknowledged_at: new Date(), acknowledged_by: account.displayName })
      .where('id', '=', id)
      .execute();
  });
  return toNotice(await own(db, account).where('id', '=', id).executeTakeFirstOrThrow());
}

function own(db: Kysely<Schema>, viewer: Account) {
  const query = db.selectFrom('notices').selectAll();
  return viewer.unitId
    ? query.where('unit_id', '=', viewer.unitId)
    : query
        .where('unit_id', 'is', null)
        .where(sql<boolean>`(roles is null or roles && ${[...viewer.roles]}::text[])`)
        .where(visibleTo(viewer));
}

function toNotice({ id, kind, at, case_id, about, ...row }: Selectable<NoticesTable>): Notice {
  return {
    ...{ id, kind, at: at.toISOString(), caseId: case_id, about },
    acknowledgedAt: row.acknowledged_at?.toISOString() ?? null,
    acknowledgedBy: row.acknowledged_by,
  };
}

/** Where browsers' makers take what is pushed. Another host is asked nothing: the address comes from whoever signed in. */
const PUSH_HOSTS = ['fcm.googleapis.com', 'push.services.mozilla.com', 'notify.windows.com', 'push.apple.com'];

/**
 * Notes where a browser of the account's is told.
 * @param ownHosts a site's own push services
 * @throws Refusal 422 `push-host`
 */
export async function notePushAddress(
  db: Kysely<Schema>,
  account: Account,
  { endpoint, keys }: PushAddress,
  ownHosts: readonly string[] = [],
): Promise<void> {
  const { hostname, protocol } = new URL(endpoint);
  const hosts = [...PUSH_HOSTS, ...ownHosts];
  if (protocol !== 'https:' || !hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`))) {
    throw new Refusal(422, 'push-host', 'Notices are not pushed to that host.', { got: hostname, expected: hosts });
  }
  const row = { account_id: account.id, ...keys };
  await db
    .insertInto('push_addresses')
    .values({ endpoint, ...row })
    .onConflict((conflict) => conflict.column('endpoint').doUpdateSet(row))
    .execute();
}

/** A browser of the account's is told nothing any more. To do so again changes nothing. */
export async function removePushAddress(db: Kysely<Schema>, account: Account, endpoint: string): Promise<void> {
  await db.deleteFrom('push_addresses').where('endpoint', '=', endpoint).where('account_id', '=', account.id).execute();
}

/** Programs that are told each notice. */
export async function listWebhooks(db: Kysely<Schema>, viewer: Account): Promise<Webhook[]> {
  const rows = await db
    .selectFrom('webhooks as w')
    .select(['id', 'url', 'by', 'at'])
    .select([
      sql<number>`(select count(*)::int from notice_deliveries d where d.webhook_id = w.id and d.done_at is null)`.as(
        'waiting',
      ),
      sql<string | null>`(select outcome from notice_deliveries d where d.webhook_id = w.id and d.outcome is not null
        and d.outcome not in ('delivered', 'acknowledged') order by n desc limit 1)`.as('problem'),
      sql<Date | null>`(select max(done_at) from notice_deliveries d where d.webhook_id = w.id
        and d.outcome = 'delivered')`.as('taken_at'),
    ])
    .where('removed_at', 'is', null)
    .where(visibleTo(viewer, 'w'))
    .orderBy('at')
    .execute();
  return rows.map(({ at, problem, taken_at, ...row }) => ({
    ...{ ...row, at: at.toISOString(), lastProblem: problem },
    lastTakenAt: taken_at?.toISOString() ?? null,
  }));
}

export async function addWebhook(db: Kysely<Schema>, by: Account, { url, secret }: NewWebhook): Promise<Webhook> {
  const { division, department, displayName } = by;
  const id = `webhook-${ulid().toLowerCase()}`;
  await db.insertInto('webhooks').values({ id, url, secret, by: displayName, division, department }).execute();
  return (await listWebhooks(db, by)).find((one) => one.id === id)!;
}

/** @throws Refusal 404 `not-found` */
export async function removeWebhook(db: Kysely<Schema>, by: Account, id: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('webhooks')
      .set({ removed_at: new Date() })
      .where('id', '=', id)
      .where('removed_at', 'is', null)
      .where(visibleTo(by))
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) throw notVisible('webhook', id);
    await trx
      .updateTable('notice_deliveries')
      .set({ done_at: new Date(), outcome: 'removed' })
      .where('webhook_id', '=', id)
      .where('done_at', 'is', null)
      .execute();
  });
}
