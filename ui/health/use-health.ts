import { CameraHealthReport, HealthLine } from '#engine/contract/camera-health.ts';
import { Outage } from '#engine/contract/outage.ts';
import { listOf } from '../live/ask.ts';
import { useAsked } from '../live/use-asked.ts';
import { useCalmed } from '../live/use-calmed.ts';
import { useCity } from '../live/use-live.ts';
import { camerasQuery, type HealthWish } from './health-wish.ts';

const FOLLOWS_EVERY_MS = 15_000;
export const DAYS = 30;

const Lines = listOf(HealthLine);
const Outages = listOf(Outage);

/** All that the page shows; read anew when cameras change, and not more often than every quarter of a minute. */
export function useHealth(wish: HealthWish) {
  const { cameraSeq, poolSeq, outages } = useCity();
  const seq = useCalmed(Math.max(cameraSeq, poolSeq), FOLLOWS_EVERY_MS);
  const narrowed = camerasQuery(wish);
  const whole = useAsked(CameraHealthReport, `/api/camera-health?by=${wish.by}&days=${DAYS}`, seq);
  const chosen = useAsked(CameraHealthReport, `/api/camera-health?by=${wish.by}&days=${DAYS}&${narrowed}`, seq);
  const lines = useAsked(
    Lines,
    wish.day ? `/api/camera-days?day=${wish.day}&${narrowed}` : `/api/degrading-cameras?${narrowed}`,
    seq,
  );
  const past = useAsked(Outages, '/api/outages?state=all', outages.size);
  return { whole, chosen: narrowed.size === 0 ? whole : chosen, lines, past };
}
