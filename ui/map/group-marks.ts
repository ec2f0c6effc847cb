import type { Alert } from '#engine/contract/alert.ts';
import { byUrgency } from '../live/alert-order.ts';

/** Alerts whose marks would lie on each other: drawn as one mark, the most urgent one's, with their number. */
export interface MarkGroup {
  id: string;
  lngLat: [number, number];
  /** The most urgent first; at least one. */
  alerts: readonly Alert[];
  top: Alert;
}

const TILE_PX = 512;

/**
 * Gathers alerts that are nearer to each other than a mark is wide, at a zoom. A group stands at its most urgent alert;
 * urgency decides who gathers whom, so that a graver alert never hides in another's group.
 */
export function groupMarks(alerts: readonly Alert[], zoom: number, nearPx: number): MarkGroup[] {
  const worldPx = TILE_PX * 2 ** zoom;
  const groups: { x: number; y: number; alerts: Alert[] }[] = [];
  for (const alert of [...alerts].sort(byUrgency)) {
    const x = mercatorX(alert.lngLat[0]) * worldPx;
    const y = mercatorY(alert.lngLat[1]) * worldPx;
    const near = groups.find((group) => Math.hypot(group.x - x, group.y - y) < nearPx);
    if (near) near.alerts.push(alert);
    else groups.push({ x, y, alerts: [alert] });
  }
  return groups.flatMap(({ alerts: gathered }) => {
    const top = gathered[0];
    return top ? [{ id: top.id, lngLat: top.lngLat, alerts: gathered, top }] : [];
  });
}

const mercatorX = (lng: number): number => (lng + 180) / 360;

function mercatorY(lat: number): number {
  const sin = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI);
}
