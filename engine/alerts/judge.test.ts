import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Alert, Suppression } from '../contract/alert.ts';
import { lastSeq, readChanges } from '../store/changes.ts';
import { kindsHere, openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { acknowledge, callFalseAlarm, giveVerdict } from './judge.ts';
import { alertsAfter, readAlert } from './read-alerts.ts';
import { account, city, HERE, makeCamera, openDesk, THERE, WatchedScene } from './scene-for-tests.ts';
import { listSuppressions, revokeSuppression } from './suppressions.ts';

const WEEK_MS = 7 * 86_400_000;

describe.each(await kindsHere())('what people do with alerts on the %s server', (kind) => {
  let opened: TestStore;
  let number = 0;
  beforeAll(async () => {
    opened = await openTestStore(kind);
  });
  afterAll(() => opened.remove());
  const db = () => opened.store.db;

  async function raiseOne(lngLat: [number, number] = [116.3, 37.45]): Promise<string> {
    number += 1;
    const scene = new WatchedScene(`judged-${number}`);
    await makeCamera(opened.store, scene.cameraId, { lngLat });
    await scene.run(openDesk(opened.store), 1, () => [scene.vehicle(HERE, { lngLat })]);
    const { id } = await db()
      .selectFrom('alerts')
      .select('id')
      .where('camera_id', '=', scene.cameraId)
      .executeTakeFirstOrThrow();
    return id;
  }

  test('an alert is as the contract says', async () => {
    const alert = await readAlert(db(), city, await raiseOne());
    expect(Alert.parse(alert)).toEqual(alert);
    expect(alert!.evidence[1]!.url).toBe(`/api/alerts/${alert!.id}/evidence.jpg?moment=onset`);
  });

  test('an acknowledgement names who and why, and a second one is appended', async () => {
    const id = await raiseOne();
    const before = await lastSeq(db());
    const first = await acknowledge(db(), account('371402'), id, '已看到');
    expect(first).toMatchObject({ handling: 'acknowledged', presence: 'standing', verdict: 'none', seq: before + 1 });
    const second = await acknowledge(db(), city, id, '');
    expect(second.entries.map(({ kind: what, by, comment }) => [what, by, comment])).toEqual([
      ['acknowledged', '371402 全部', '已看到'],
      ['acknowledged', '371400 全部', ''],
    ]);
  });

  test('twenty at once all get their entry, in the order of their changes', async () => {
    const id = await raiseOne();
    await Promise.all(Array.from({ length: 20 }, (_, n) => acknowledge(db(), city, id, `${n}`)));
    const alert = await readAlert(db(), city, id);
    expect(alert!.entries).toHaveLength(20);
    expect(alert!.seq).toBe(await lastSeq(db()));
  });

  test('a false alarm is listed, is told of, and can be revoked once', async () => {
    const id = await raiseOne();
    const before = await lastSeq(db());
    const alert = await callFalseAlarm(db(), city, id, '是雕塑', WEEK_MS);
    expect(alert).toMatchObject({ verdict: 'false', presence: 'standing' });
    const [suppression] = await listSuppressions(db(), city);
    expect(Suppression.parse(suppression)).toEqual(suppression);
    expect(suppression).toMatchObject({ alertId: id, reason: '是雕塑', by: '371400 全部', revokedAt: null });
    expect(Date.parse(suppression!.until) - Date.parse(suppression!.at)).toBe(WEEK_MS);
    expect((await readChanges(db(), before, 10)).map((change) => [change.kind, change.entityId])).toEqual([
      ['alert', id],
      ['suppression', suppression!.id],
    ]);
    const revoked = await revokeSuppression(db(), city, suppression!.id, '看错了');
    expect(revoked.revokedBy).toBe('371400 全部');
    await expect(revokeSuppression(db(), city, suppression!.id, '')).rejects.toMatchObject({
      status: 409,
      code: 'already-revoked',
    });
    expect(await listSuppressions(db(), city)).toEqual([]);
    expect(await listSuppressions(db(), city, { all: true })).toHaveLength(1);
  });

  test('confirmed, of another class, taken back: each is an entry, and a quiet place is watched again with it', async () => {
    const id = await raiseOne();
    await callFalseAlarm(db(), city, id, '看错', WEEK_MS);
    const confirmed = await giveVerdict(db(), city, id, { verdict: 'confirmed', comment: '确有其事' });
    expect(confirmed).toMatchObject({ verdict: 'confirmed', trueClass: null });
    const mine = (await listSuppressions(db(), city, { all: true })).find(({ alertId }) => alertId === id);
    expect(mine).toMatchObject({ revokedBy: '371400 全部' });
    const again = { verdict: 'confirmed', comment: '' } as const;
    await expect(giveVerdict(db(), city, id, again)).rejects.toMatchObject({ code: 'same-verdict' });
    const other = { verdict: 'wrong-class', trueClass: 'truck', comment: '' } as const;
    expect(await giveVerdict(db(), city, id, other)).toMatchObject({ verdict: 'wrong-class', trueClass: 'truck' });
    const same = { verdict: 'wrong-class', trueClass: 'car', comment: '' } as const;
    await expect(giveVerdict(db(), city, id, same)).rejects.toMatchObject({ code: 'same-class', got: 'car' });
    const none = await giveVerdict(db(), city, id, { verdict: 'none', comment: '看不清' });
    expect(none).toMatchObject({ verdict: 'none', trueClass: null });
    expect(none.entries.map(({ kind: what, comment }) => [what, comment])).toEqual([
      ['false-alarm', '看错'],
      ['false-alarm-revoked', '确有其事'],
      ['confirmed', '确有其事'],
      ['wrong-class', 'truck'],
      ['verdict-withdrawn', '看不清'],
    ]);
    await expect(giveVerdict(db(), account('371481'), id, again)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('who does not see an alert’s camera can neither read nor judge it', async () => {
    const id = await raiseOne([117.2, 37.7]);
    const stranger = account('371402');
    const colleague = account('371481', '公安');
    for (const who of [stranger, colleague]) {
      expect(await readAlert(db(), who, id)).toBeNull();
      await expect(acknowledge(db(), who, id, '')).rejects.toMatchObject({ status: 404, code: 'not-found' });
      await expect(callFalseAlarm(db(), who, id, 'x', WEEK_MS)).rejects.toMatchObject({ status: 404 });
      expect((await alertsAfter(db(), who, 0, 500)).items.map((alert) => alert.id)).not.toContain(id);
    }
    await callFalseAlarm(db(), city, id, 'x', WEEK_MS);
    const [suppression] = await listSuppressions(db(), account('371481'));
    await expect(revokeSuppression(db(), stranger, suppression!.id, '')).rejects.toMatchObject({ status: 404 });
  });

  test('pages by seq give each alert once in its present state, and who follows lastSeq misses none', async () => {
    const ids = [await raiseOne(), await raiseOne(), await raiseOne()];
    const seen: string[] = [];
    let after = (await readAlert(db(), city, ids[0]!))!.seq - 1;
    await acknowledge(db(), city, ids[0]!, '');
    for (;;) {
      const page = await alertsAfter(db(), city, after, 1);
      after = page.lastSeq;
      if (page.items.length === 0) break;
      seen.push(...page.items.map((alert) => alert.id));
    }
    expect(seen).toEqual([ids[1], ids[2], ids[0]]);
    expect(after).toBe(await lastSeq(db()));
    const news = await alertsAfter(db(), city, 0, 500, { handling: 'new', presence: 'standing' });
    expect(news.items.map((alert) => alert.id)).toContain(ids[1]);
    expect(news.items.map((alert) => alert.id)).not.toContain(ids[0]);
  });

  test('presence is the desk’s: it ends what was acknowledged and called false, and changes neither', async () => {
    const scene = new WatchedScene('axes');
    await makeCamera(opened.store, 'axes');
    const desk = openDesk(opened.store);
    await scene.run(desk, 1, () => [scene.vehicle(THERE)]);
    const { id } = await db()
      .selectFrom('alerts')
      .select('id')
      .where('camera_id', '=', 'axes')
      .executeTakeFirstOrThrow();
    await acknowledge(db(), city, id, '');
    await callFalseAlarm(db(), city, id, 'x', WEEK_MS);
    await scene.run(desk, 13);
    expect(await readAlert(db(), city, id)).toMatchObject({
      presence: 'ended',
      handling: 'acknowledged',
      verdict: 'false',
    });
  });
});
