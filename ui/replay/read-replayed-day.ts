import { Day, type DayAlert, DayAlertPage } from '#engine/contract/day.ts';
import { ReplayedDay } from '#engine/contract/replayed-day.ts';
import { ask } from '../live/ask.ts';

/** Reads a day of the city ("2026-11-29") with all its alerts. Throws Refused. */
export async function readReplayedDay(day: string): Promise<ReplayedDay> {
  const path = `/api/days/${encodeURIComponent(day)}`;
  const read = await ask(Day, path);
  const alerts: DayAlert[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const page: { items: DayAlert[]; next: string | null } = await ask(
      DayAlertPage,
      `${path}/alerts?after=${encodeURIComponent(after)}`,
    );
    alerts.push(...page.items);
    after = page.next;
  }
  return new ReplayedDay(read, alerts);
}
