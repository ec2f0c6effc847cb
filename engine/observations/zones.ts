import type { RelativePoint, Zone } from '#config/camera.ts';
import type { ZoneKind } from '#config/rule.ts';
import type { Track } from '../tracks/track.ts';
import type { Scene } from './scene.ts';

/** A zone and its index among all zones of the camera. */
export interface RuleZone {
  index: number;
  polygon: readonly RelativePoint[];
}

/** The zones of one kind, in the order of the camera's zones. */
export function zonesOfKind(zones: readonly Zone[], kind: ZoneKind): RuleZone[] {
  return zones.flatMap((zone, index) => (zone.kind === kind ? [{ index, polygon: zone.polygon }] : []));
}

/** Whether a point lies in a polygon, by the even-odd rule. */
function isInside(polygon: readonly RelativePoint[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i]!;
    const [xj, yj] = polygon[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** That a track is in a zone, and since when. */
export interface Stay {
  zoneIndex: number;
  enteredAtMs: number;
}

/** A thing on a zone's edge does not leave it by a jitter: only so many detections outside in a row count. */
const LEAVING_SAMPLES = 3;

/**
 * Which zone each track stands in: the first that holds its bottom centre, so that it is in one at most. Tracks that are
 * not detected stay where they were.
 */
export class ZoneStays {
  readonly #zones: readonly RuleZone[];
  readonly #stays = new Map<number, Stay & { outside: number }>();

  constructor(zones: readonly RuleZone[]) {
    this.#zones = zones;
  }

  /** Takes in a track's present place; null: in no zone. */
  stayOf(track: Track, scene: Scene): Stay | null {
    const stay = this.#stays.get(track.id);
    if (track.misses > 0) return stay ?? null;
    const zone = this.#zoneOf(track, scene);
    if (stay) {
      const zoneStillThere = zone === stay.zoneIndex;
      stay.outside = zoneStillThere ? 0 : stay.outside + 1;
      if (stay.outside < LEAVING_SAMPLES) return stay;
      this.#stays.delete(track.id);
    }
    if (zone === null) return null;
    const entered = { zoneIndex: zone, enteredAtMs: track.lastSeenAtMs, outside: 0 };
    this.#stays.set(track.id, entered);
    return entered;
  }

  /** Forgets tracks that are no more. */
  keepOnly(live: ReadonlySet<number>): void {
    for (const id of this.#stays.keys()) if (!live.has(id)) this.#stays.delete(id);
  }

  #zoneOf(track: Track, scene: Scene): number | null {
    const box = track.boxXyxyPx;
    const x = within((box[0]! + box[2]!) / 2, scene.widthPx);
    const y = within(box[3]!, scene.heightPx);
    return this.#zones.find((zone) => isInside(zone.polygon, x, y))?.index ?? null;
  }
}

/** A coordinate as a share of the side; what touches the border lies in the last pixel, not outside. */
function within(px: number, sidePx: number): number {
  return Math.min(Math.max(px, 0.5), sidePx - 0.5) / sidePx;
}
