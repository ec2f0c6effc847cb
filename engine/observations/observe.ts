import type { GroundCalibration, LngLat, Zone } from '#config/camera.ts';
import { type RuleName, type ShippedRule, ZONE_KIND_OF_RULE, type ZoneKind } from '#config/rule.ts';
import { SAMPLING_OF_RULE, type SamplingRange } from '#config/sampling.ts';
import type { Box, Observation } from '../contract/observation.ts';
import { ground, type PlacedCamera, place } from '../placements/place.ts';
import type { Track } from '../tracks/track.ts';
import { observeExposedGarbage } from './exposed-garbage.ts';
import { LocalHours } from './hours.ts';
import { observeIllegalParking } from './illegal-parking.ts';
import { observeObjectPresent } from './object-present.ts';
import type { BoundRule, Fact, ObserveRule } from './scene.ts';
import { observeStreetVendor } from './street-vendor.ts';
import { observeUnleashedDog } from './unleashed-dog.ts';
import { type RuleZone, zonesOfKind } from './zones.ts';

export type { BoundRule } from './scene.ts';

/** Every rule that is observed: one line each. */
const OBSERVERS: Record<ShippedRule, (bound: BoundRule, zones: readonly RuleZone[]) => ObserveRule> = {
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
  rangeM?: number | undefined;
  calibration?: GroundCalibration | undefined;
  zones: readonly Zone[];
  /** The rules in force here, the site's settings merged in. */
  algorithms: readonly BoundRule[];
}

/** What has not moved for so long is looked at as rarely as if it were not there. */
const STILL_AFTER_MS = 10_000;
/** What is not seen for so long is not waited for with open eyes. */
const UNSEEN_AFTER_MS = 5_000;

interface Watch {
  bound: BoundRule;
  hours: LocalHours;
  /** Without a zone of its kind it looks at nothing, unless it looks anywhere. */
  hasZone: boolean;
  open(): ObserveRule;
  /** null: out of its hours. */
  observe: ObserveRule | null;
  inForceSinceMs: number;
  /** Until then something is in view that it looks at more often. */
  aboutUntilMs: number;
}

/**
 * From the tracks of one camera to the facts that hold now. `timeZone` (IANA) is that of the rules' hours; out of its hours
 * a rule sees nothing, and when they begin its dwell begins with them.
 */
export class Observer {
  readonly #ground: PlacedCamera;
  readonly #watches: Watch[];

  constructor(camera: ObservedCamera, timeZone: string) {
    this.#ground = ground(camera);
    this.#watches = camera.algorithms.map((bound) => {
      const { rule } = bound;
      const zoneKind = zoneKindOf(bound);
      const zones = zoneKind && zonesOfKind(camera.zones, zoneKind);
      const open = () =>
        rule === 'object-present' ? observeObjectPresent(bound, zones) : OBSERVERS[rule](bound, zones ?? []);
      const hours = new LocalHours(bound.hours, timeZone, bound.calendar);
      return {
        ...{ bound, hours, hasZone: zones === null || zones.length > 0, open, observe: open() },
        ...{ inForceSinceMs: Number.NEGATIVE_INFINITY, aboutUntilMs: Number.NEGATIVE_INFINITY },
      };
    });
  }

  /** The finest of the ranges of the rules that look now; null: none does. */
  samplingRange(atMs: number): SamplingRange | null {
    const ranges = this.#looking(atMs).map(({ bound }) => samplingOf(bound));
    if (ranges.length === 0) return null;
    return {
      atMostEveryMs: Math.min(...ranges.map((range) => range.atMostEveryMs)),
      atLeastEveryMs: Math.min(...ranges.map((range) => range.atLeastEveryMs)),
    };
  }

  /** How finely it wants to look now, milliseconds, as something is in view that is soon gone; null: as its range says. */
  wantsEveryMs(atMs: number): number | null {
    return finest(this.#looking(atMs).filter(({ aboutUntilMs }) => atMs < aboutUntilMs));
  }

  /** How finely it may come to want to look, from one picture to the next; null: never finer than its range. */
  mayWantEveryMs(atMs: number): number | null {
    return finest(this.#looking(atMs));
  }

  #looking(atMs: number): Watch[] {
    return this.#watches.filter(({ hasZone, hours }) => hasZone && hours.includes(atMs));
  }

  /** The facts that hold in the picture captured at `capturedAtMs`, of `widthPx` × `heightPx`. */
  observe(tracks: readonly Track[], capturedAtMs: number, widthPx: number, heightPx: number): Observation[] {
    const observations: Observation[] = [];
    for (const watch of this.#watches) {
      watch.aboutUntilMs = aboutUntilMs(watch.bound.rule, tracks);
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

  #written(bound: BoundRule, fact: Fact, widthPx: number, heightPx: number): Observation {
    const { rule, algorithm, dwellMs } = bound;
    const boxes = fact.tracks.map((track) => relativeBox(track, widthPx, heightPx));
    const { lngLat, errorM } = place(this.#ground, boxes[0]!.xyxy);
    return {
      key: `${algorithm ?? rule}:${fact.trackId}`,
      ...(algorithm !== undefined && { algorithm }),
      rule,
      classGroup: fact.classGroup,
      phase: fact.standing ? 'standing' : 'pending',
      zoneKind: zoneKindOf(bound),
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

function zoneKindOf({ rule, zoneKind }: BoundRule): ZoneKind | null {
  return zoneKind === undefined ? ZONE_KIND_OF_RULE[rule] : zoneKind;
}

/** An algorithm's own period overrules what its rule wants. */
function samplingOf({ rule, samplePeriodMs }: BoundRule): SamplingRange {
  if (samplePeriodMs === undefined) return SAMPLING_OF_RULE[rule];
  return { atMostEveryMs: samplePeriodMs, atLeastEveryMs: samplePeriodMs };
}

function finest(watches: readonly Watch[]): number | null {
  const everyMs = watches.flatMap(({ bound }) => SAMPLING_OF_RULE[bound.rule].whileInView?.everyMs ?? []);
  return everyMs.length > 0 ? Math.min(...everyMs) : null;
}

function aboutUntilMs(rule: RuleName, tracks: readonly Track[]): number {
  let untilMs = Number.NEGATIVE_INFINITY;
  for (const { group, lastSeenAtMs, stillSinceMs } of tracks) {
    const about = group === SAMPLING_OF_RULE[rule].whileInView?.classGroup;
    if (about && lastSeenAtMs - stillSinceMs < STILL_AFTER_MS)
      untilMs = Math.max(untilMs, lastSeenAtMs + UNSEEN_AFTER_MS);
  }
  return untilMs;
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
