import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AlertDesk } from '../alerts/desk.ts';
import { openDesk } from '../alerts/scene-for-tests.ts';
import { kindsHere, openTestStore, type TestStore } from '../store/store-for-tests.ts';
import { havePhotos } from './cut-outs.ts';
import { clipFile, Eyes } from './pictures.ts';
import { play } from './play.ts';
import { faultsOf, figuresOf, type Outcome } from './score.ts';
import { Suite } from './suite.ts';

const noData = !clipFile('vtest.avi') || !havePhotos;
if (noData) console.warn('no clips or photos under ../shared/data: the reduced suite of eval:events is skipped');

let opened: TestStore;
let desk: AlertDesk;
beforeAll(async () => {
  if (noData) return;
  opened = await openTestStore((await kindsHere()).at(-1)!);
  desk = openDesk(opened.store);
});
afterAll(async () => {
  await desk?.close();
  await opened?.remove();
});

// The whole suite is `npm run eval:events`; this is the real clip and every scene once, at one picture a second.
test.skipIf(noData)(
  'parked vehicles: no id switches, one alert each, at their time, S4 of 0.97 or more',
  async () => {
    const eyes = await Eyes.open();
    const suite = new Suite(eyes);
    const outcomes: Outcome[] = [await play((await suite.realOnce())!, opened.store, desk)];
    for await (const scene of suite.scenes('tuned')) outcomes.push(await play(scene, opened.store, desk));
    await eyes.close();
    const told = outcomes
      .flatMap((outcome) => faultsOf(outcome).map((fault) => `${outcome.name}: ${fault}`))
      .join('\n');
    const figures = figuresOf(outcomes);
    expect(figures.events, told).toBe(10);
    expect(figures, told).toMatchObject({
      idSwitchesPerParkedHour: 0,
      alertsPerEvent: 1,
      missedEvents: 0,
      repeatAlerts: 0,
      falseAlerts: 0,
    });
    expect(figures.onsetErrorP95S, told).toBeLessThanOrEqual(5);
    expect(figures.s4, told).toBeGreaterThanOrEqual(0.97);
  },
  240_000,
);

const box = (left: number): [number, number, number, number] => [left, 0.5, left + 0.2, 0.7];
const event = (left: number) => ({ name: `at ${left}`, onsetMs: 10_000, endMs: 100_000, xyxy: box(left) });
const alert = (left: number, raisedAtMs: number) => ({
  id: `${left} ${raisedAtMs}`,
  presence: 'standing' as const,
  startedAtMs: 0,
  raisedAtMs,
  xyxy: box(left),
});

test('the score: a repeat, a late and a false alert and a missed event each cost what they should', () => {
  const base = { name: 'made', dwellMs: 30_000, idSwitches: 0 };
  const right = { ...base, events: [event(0.1)], alerts: [alert(0.1, 43_000)] };
  expect(figuresOf([right])).toMatchObject({ alertsPerEvent: 1, onsetErrorMedianS: 3, f1: 1, s4: 0.99 });
  expect(faultsOf(right)).toEqual([]);
  const bad = {
    ...base,
    idSwitches: 3,
    events: [event(0.1), event(0.4), event(0.7)],
    alerts: [alert(0.1, 41_000), alert(0.1, 60_000), alert(0.4, 55_000), alert(0.25, 50_000)],
  };
  expect(figuresOf([bad])).toMatchObject({
    idSwitchesPerParkedHour: 40,
    missedEvents: 1,
    repeatAlerts: 1,
    falseAlerts: 1,
    alertsPerEvent: 1,
    f1: 0.286,
    onsetErrorP95S: 15,
  });
  expect(faultsOf(bad)).toHaveLength(5);
  expect(figuresOf([{ ...base, events: [], alerts: [] }])).toMatchObject({ alertsPerEvent: null, f1: null, s4: null });
});
