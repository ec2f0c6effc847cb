import type { GroundCalibration, LngLat, Zone } from '#config/camera.ts';
import { type RuleName, ZONE_KIND_OF_RULE } from '#config/rule.ts';
import type { Box, Observation } from '../contract/observation.ts';
import { type Ground, ground, place } from '../placements/place.ts';
import type { Track } from '../tracks/track.ts';
import { observeExposedGarbage } from './exposed-garbage.ts';
import { LocalHours } from './hours.ts';
import { observeIllegalParking } from './illegal-parking.ts';
import type { BoundRule, Fact, ObserveRule } from './scene.ts';
import { observeStreetVendor } from './street-vendor.ts';
import { observeUnleashedDog } from './unleashed-dog.ts';
import { type RuleZone, zonesOfKind } from './zones.ts';

export type { BoundRule } from './scene.ts';

/** Every rule that is observed: one line each. */
const OBSERVERS: Record<RuleName, (bound: BoundRule, zones: readonly RuleZone[]) => ObserveRule> = {
  'illegal-parking': observeIllegalParking,
  'exposed-garbage': observeExposedGarbage,
  'street-vendor': observeStreetVendor,
  'unleashed-dog': observeUnleashedDog,
};

/** What an observer knows of its camera. */
export interface ObservedCamera {
  id: string;
  viewId: string;
  lngLat: LngLat;
  calibration?: GroundCalibration | undefined;
  zones: readonly Zone[];
  /** The rules in force here, the site's settings merged in. */
  algorithms: readonly BoundRule[];
}

interface Watch {
  bound: BoundRule;
  hours: LocalHours;
  open(): ObserveRule;
  /** null: out of its hours. */
  observe: ObserveRule | null;
  inForceSinceMs: number;
}

/**
 * From the tracks of one camera to the facts that hold now. `timeZone` (IANA) is that of the rules' hours; out of its hours
 * a rule sees nothing, and when they begin its dwell begins with them.
 */
export class Observer {
  readonly #ground: Ground;
  readonly #watches: Watch[];

  constructor(camera: ObservedCamera, timeZone: string) {
    this.#ground = ground(camera);
    this.#watches = camera.algorithms.map((bound) => {
      const { rule } = bound;
      const zones = zonesOfKind(camera.zones, ZONE_KIND_OF_RULE[rule]);
      const open = () => OBSERVERS[rule](bound, zones);
      const hours = new LocalHours(bound.hours, timeZone);
      return { bound, hours, open, observe: open(), inForceSinceMs: Number.NEGATIVE_INFINITY };
    });
  }

  /** The facts that hold in the picture captured at `capturedAtMs`, of `widthPx` × `heightPx`. */
  observe(tracks: readonly Track[], capturedAtMs: number, widthPx: number, heightPx: number): Observation[] {
    const observations: Observation[] = [];
    for (const watch of this.#watches) {
      if (!watch.hours.includes(capturedAtMs)) {
        watch.observe = null;
        continue;
      }
      if (watch.observe === null) {
        watch.observe = watch.open();
        watch.inForceSinceMs = capturedAtMs;
      }
      const { inForceSinceMs } = watch;
      const scene = { tracks, capturedAtMs, widthPx, heightPx, inForceSinceMs };
      for (const fact of watch.observe(scene)) observations.push(this.#written(watch.bound, fact, widthPx, heightPx));
    }
    return observations;
  }

  #written({ rule, dwellMs }: BoundRule, fact: Fact, widthPx: number, heightPx: number): Observation {
    const boxes = fact.tracks.map((track) => relativeBox(track, widthPx, heightPx));
    const { lngLat, errorM } = place(this.#ground, boxes[0]!.xyxy);
    return {
      key: `${rule}:${fact.trackId}`,
      rule,
      classGroup: fact.classGroup,
      phase: fact.standing ? 'standing' : 'pending',
      zoneKind: ZONE_KIND_OF_RULE[rule],
      zoneIndex: fact.zoneIndex,
      boxes,
      confidence: Math.min(1, Math.max(0, fact.confidence)),
      dwellMs,
      startedAtMs: fact.startedAtMs,
      lastSeenAtMs: fact.lastSeenAtMs,
      lngLat,
      errorM,
    };
  }
}

function relativeBox(track: Track, widthPx: number, heightPx: number): Box {
  const share = (px: number, sidePx: number) => Math.min(1, Math.max(0, px / sidePx));
  const [left = 0, top = 0, right = 0, bottom = 0] = track.placeXyxyPx;
  return {
    xyxy: [share(left, widthPx), share(top, heightPx), share(right, widthPx), share(bottom, heightPx)],
    class: track.label,
    score: Math.min(1, Math.max(0, track.score)),
  };
}
