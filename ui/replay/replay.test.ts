import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Day, DayAlert } from '#engine/contract/day.ts';
import { ReplayedDay } from '#engine/contract/replayed-day.ts';
import { Refused } from '../live/ask.ts';
import { alertForTest } from '../live/city-for-test.ts';
import { Replay } from './replay.ts';
import { instantOf } from './time-axis.tsx';

const ZONE = 'Asia/Shanghai';
const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-11-29T12:00:00+08:00');
const at = (clock: string, day = '2026-11-28') => Date.parse(`${day}T${clock}+08:00`);

function alert(id: string, raisedMs: number, endedMs: number | null): DayAlert {
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const presence = endedMs === null ? 'standing' : 'ended';
  const one = alertForTest({ id, raisedAt: iso(raisedMs)!, endedAt: iso(endedMs), presence });
  return { alert: one, presences: endedMs === null ? [] : [{ atMs: endedMs, presence: 'ended' }], cases: [] };
}

/** Days that a test's server knows: yesterday, and today up to now. */
function serverOf(alerts: DayAlert[]) {
  const asked: string[] = [];
  const read = async (day: string): Promise<ReplayedDay> => {
    asked.push(day);
    if (day < '2026-11-28') throw new Refused(404, { code: 'before-history', message: '', got: day, expected: null });
    const fromMs = at('00:00:00', day);
    const limits = { day, fromMs, toMs: fromMs + DAY_MS, untilMs: Math.min(fromMs + DAY_MS - 1, Date.now() - 3000) };
    const rest: Omit<Day, keyof typeof limits> = {
      firstDay: '2026-11-28',
      today: '2026-11-29',
      stepsFromMs: 0,
      cameras: [],
      cases: [],
      stops: [],
    };
    return new ReplayedDay({ ...limits, ...rest }, alerts);
  };
  return { asked, read };
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW_MS, toFake: ['setInterval', 'clearInterval', 'setTimeout', 'Date', 'performance'] });
});
afterEach(() => vi.useRealTimers());
const settle = () => vi.advanceTimersByTimeAsync(0);

const ALERTS = [alert('a', at('10:00:00'), at('10:30:00')), alert('b', at('10:20:00'), null)];

test('the city is what it was at the instant, and the same object until something changes', async () => {
  const { read, asked } = serverOf(ALERTS);
  const replay = new Replay(ZONE, read);
  replay.seek(at('10:15:00'));
  expect(replay.connection().phase).toBe('loading');
  await settle();
  const shown = replay.city();
  expect([...shown.alerts.keys()]).toEqual(['a']);
  replay.seek(at('10:16:00'));
  expect(replay.city()).toBe(shown);
  replay.seek(at('10:20:00'));
  expect([...replay.city().alerts.keys()]).toEqual(['a', 'b']);
  replay.seek(at('10:30:00'));
  expect([...replay.city().alerts.keys()]).toEqual(['b']);
  expect(asked).toEqual(['2026-11-28']);
});

test('played ten times as fast, ten minutes take one, and the end of a day leads into the next', async () => {
  const replay = new Replay(ZONE, serverOf(ALERTS).read);
  replay.seek(at('10:00:00'));
  await settle();
  replay.run(10);
  replay.play();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(replay.instantMs()).toBe(at('10:10:00'));
  replay.seek(at('23:59:30'));
  await vi.advanceTimersByTimeAsync(6000);
  expect(replay.state().dayName).toBe('2026-11-29');
  expect(replay.state().playing).toBe(true);
  replay.pause();
  const stood = replay.instantMs();
  await vi.advanceTimersByTimeAsync(5000);
  expect(replay.instantMs()).toBe(stood);
});

test('played up to now it stops there and says so; later than now is not shown', async () => {
  const replay = new Replay(ZONE, serverOf(ALERTS).read);
  replay.seek(NOW_MS + 3_600_000);
  await settle();
  expect(replay.instantMs()).toBe(NOW_MS - 3000);
  expect(replay.state().caughtUp).toBe(true);
  replay.seek(NOW_MS - 60_000);
  replay.run(600);
  replay.play();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(replay.state()).toMatchObject({ playing: false, caughtUp: true });
  expect(Date.now() - replay.instantMs()).toBeLessThan(30_000);
});

test('it is stepped from event to event, and not beyond the first and the last of the day', async () => {
  const replay = new Replay(ZONE, serverOf(ALERTS).read);
  replay.seek(at('10:00:00'));
  await settle();
  expect(replay.step(-1)).toBe(false);
  const stops = [1, 1, -1].map((by) => replay.step(by as 1 | -1) && replay.instantMs());
  expect(stops).toEqual([at('10:20:00'), at('10:30:00'), at('10:20:00')]);
});

test('a day that nothing is kept of says why, and nothing of another day is shown meanwhile', async () => {
  const replay = new Replay(ZONE, serverOf(ALERTS).read);
  replay.seek(at('10:15:00'));
  await settle();
  replay.seek(at('10:15:00', '2026-11-20'));
  expect(replay.city().alerts.size).toBe(0);
  await settle();
  expect(replay.state().problem?.code).toBe('before-history');
  expect(replay.connection()).toMatchObject({ phase: 'loading', problem: { code: 'before-history' } });
});

test('an alert that is opened beside the list is as it was then, not raised yet, or of another day', async () => {
  const replay = new Replay(ZONE, serverOf(ALERTS).read);
  replay.seek(at('09:00:00'));
  expect(replay.alertBeside('a')).toEqual({ entity: null, problem: null });
  await settle();
  expect(replay.alertBeside('a').problem?.code).toBe('not-raised-yet');
  expect(replay.alertBeside('x').problem?.code).toBe('none-of-this-day');
  replay.seek(at('11:00:00'));
  const found = replay.alertBeside('a');
  expect(found.entity).toMatchObject({ presence: 'ended', endedAt: new Date(at('10:30:00')).toISOString() });
  expect(replay.alertBeside('a')).toBe(found);
});

test('a time of a day is the instant at which the site’s clock shows it', () => {
  expect(instantOf('2026-11-28', '10:15', ZONE)).toBe(at('10:15:00'));
  expect(instantOf('2026-07-01', '00:00', 'Europe/Berlin')).toBe(Date.parse('2026-06-30T22:00:00Z'));
  expect(instantOf('2026-03-29', '03:30', 'Europe/Berlin')).toBe(Date.parse('2026-03-29T01:30:00Z'));
  expect(instantOf('', '10:15', ZONE)).toBeNull();
});
