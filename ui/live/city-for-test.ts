import type { Alert } from '#engine/contract/alert.ts';
import type { Case } from '#engine/contract/case.ts';

const AT = '2026-11-25T02:00:00.000Z';

/** An alert for tests of this folder: standing, new, major. */
export function alertForTest(part: Partial<Alert>): Alert {
  return {
    id: 'a',
    seq: 1,
    algorithm: 'illegal-parking',
    algorithmName: null,
    rule: 'illegal-parking',
    severity: 'major',
    presence: 'standing',
    handling: 'new',
    verdict: 'none',
    trueClass: null,
    cameraId: 'c1',
    cameraName: 'Camera',
    viewId: 'default',
    classGroup: 'vehicle',
    zoneKind: 'no-parking',
    zoneIndex: 0,
    zoneName: null,
    dwellMs: 15_000,
    startedAt: AT,
    raisedAt: AT,
    lastSeenAt: AT,
    endedAt: null,
    lngLat: [116, 37],
    errorM: 40,
    county: null,
    confidence: 0.8,
    boxes: [],
    model: { name: 'street', version: '1', sha256: '0' },
    verification: null,
    clip: null,
    evidence: [],
    entries: [],
    caseId: null,
    caseClosedAt: null,
    ...part,
  };
}

/** A case for tests of this folder: just opened. */
export function caseForTest(part: Partial<Case>): Case {
  return {
    id: 'k',
    seq: 1,
    state: 'opened',
    alertIds: ['a'],
    cameraIds: ['c1'],
    algorithmName: null,
    rule: 'illegal-parking',
    severity: 'major',
    codeset: 'CJ/T 214',
    code: '05-05',
    openedAt: AT,
    closedAt: null,
    unitId: null,
    unitName: null,
    clock: null,
    late: [],
    suspended: false,
    supervised: false,
    outcome: null,
    source: 'alert',
    sources: { alert: 1 },
    mergedInto: null,
    mergedIds: [],
    linkedIds: [],
    assisting: [],
    appeal: null,
    checks: [],
    cameraName: 'Camera',
    lngLat: [116, 37],
    county: null,
    presence: 'standing',
    entries: [],
    ...part,
  };
}
