import type { CameraConfig, Zone } from '#config/camera.ts';
import { RuleSettings } from '#config/rule-settings.ts';
import { cameraForTest } from '../cameras/camera-for-tests.ts';
import type { Counties } from '../cameras/counties.ts';
import { createCamera } from '../cameras/write-cameras.ts';
import type { Account } from '../contract/account.ts';
import type { EvidencePicture, Observation, SceneReport } from '../contract/observation.ts';
import type { Store } from '../store/open-store.ts';
import { AlertDesk, type DeskSettings } from './desk.ts';

/** Everything west of 117° is 德城区, everything east of it 乐陵市. */
const twoCounties: Counties = {
  of: ([lng]) => (lng < 117 ? { code: '371402', name: '德城区' } : { code: '371481', name: '乐陵市' }),
  geojson: { type: 'FeatureCollection', features: [] },
};

export const area = { division: '371400', counties: twoCounties };

export function account(division: string, department: string | null = null): Account {
  const name = `${division} ${department ?? '全部'}`;
  return { id: name, username: name, displayName: name, roles: ['operator'], division, department };
}

export const city = account('371400');

const CORNER: Zone = {
  kind: 'no-parking',
  name: '消防通道',
  polygon: [
    [0, 0],
    [1, 0],
    [1, 1],
  ],
};

/** With one view, unless it is given others. */
export async function makeCamera(
  store: Store,
  id: string,
  { zones = [CORNER], ...settings }: Partial<CameraConfig> & { zones?: Zone[] } = {},
): Promise<void> {
  const camera = cameraForTest(id, {
    lngLat: [116.3, 37.45],
    views: [{ id: 'default', zones }],
    algorithms: [{ rule: 'illegal-parking' }],
    ...settings,
  });
  await createCamera(store.db, camera, 'test', area);
}

export function openDesk(store: Store, settings: Partial<DeskSettings> = {}): AlertDesk {
  return new AlertDesk({
    store,
    evidenceDir: store.evidenceDir,
    counties: twoCounties,
    settings: () => ({ rules: RuleSettings.parse({}), endAfterMs: 12_000, ...settings }),
    log: () => undefined,
  });
}

export type Xyxy = [number, number, number, number];
export const HERE: Xyxy = [0.4, 0.4, 0.5, 0.5];
export const THERE: Xyxy = [0.7, 0.7, 0.8, 0.8];

export function picture(moment: EvidencePicture['moment'], capturedAtMs: number, xyxy: Xyxy): EvidencePicture {
  const jpeg = new TextEncoder().encode(`${moment} ${Math.floor(capturedAtMs)}`);
  return { moment, capturedAtMs, widthPx: 1920, heightPx: 1080, boxes: [{ xyxy, class: 'car', score: 0.9 }], jpeg };
}

/** One camera as its shard reports it, second by second, by a clock of its own. */
export class WatchedScene {
  readonly cameraId: string;
  viewId = 'default';
  nowMs: number;

  constructor(cameraId: string, startMs = Date.now()) {
    this.cameraId = cameraId;
    this.nowMs = startMs;
  }

  /** A parked vehicle, seen now unless told otherwise. */
  vehicle(xyxy: Xyxy, settings: Partial<Observation> = {}): Observation {
    return {
      key: 'illegal-parking:1',
      rule: 'illegal-parking',
      classGroup: 'vehicle',
      phase: 'standing',
      zoneKind: 'no-parking',
      zoneIndex: 0,
      boxes: [{ xyxy, class: 'car', score: 0.9 }],
      confidence: 0.9,
      dwellMs: 60_000,
      startedAtMs: this.nowMs - 60_000,
      lastSeenAtMs: this.nowMs,
      lngLat: [116.3, 37.45],
      errorM: 12,
      ...settings,
    };
  }

  report(observations: Observation[], withPictures = true): SceneReport {
    const pictures: SceneReport['pictures'] = {};
    for (const { key, phase, boxes, startedAtMs } of observations) {
      if (phase === 'pending' || !withPictures) continue;
      const { xyxy } = boxes[0]!;
      pictures[key] = [picture('first-seen', startedAtMs, xyxy), picture('onset', this.nowMs, xyxy)];
    }
    return {
      cameraId: this.cameraId,
      viewId: this.viewId,
      analysedAtMs: this.nowMs,
      model: { name: 'street', version: '1', sha256: 'abc' },
      observations,
      pictures,
    };
  }

  /** Reports one frame each second for so many seconds; `see` says what is in it. */
  async run(desk: AlertDesk, seconds: number, see: (second: number) => Observation[] = () => []): Promise<string[]> {
    let filed: string[] = [];
    for (let second = 0; second < seconds; second++) {
      this.nowMs += 1000;
      filed = (await desk.receive(this.report(see(second)))).filed;
    }
    return filed;
  }
}
