import type { Selectable } from 'kysely';
import type { CameraConfig } from '#config/camera.ts';
import type { Camera, CameraFault, CameraState, County, PictureFaultCode } from '../contract/camera.ts';
import type { CameraStatesTable, CamerasTable } from '../store/camera-tables.ts';

/** A camera as the engine knows it, with its source: never sent as it is, see `toWire`. */
export interface StoredCamera {
  id: string;
  config: CameraConfig;
  revision: number;
  /** Algorithms that are bound to it beside its own rules. */
  bound: string[];
  county: County | null;
  division: string;
  department: string;
  state: CameraState;
  stateCode: CameraFault | null;
  stateReason: string | null;
  stateSince: Date;
  pictureFault: { code: PictureFaultCode; since: Date } | null;
  /** Which of its views it shows; null: none of them, or not known yet. */
  currentViewId: string | null;
  /** Who turns it now. */
  lease: { accountId: string; by: string; since: Date } | null;
}

export type CameraRow = Selectable<CamerasTable> &
  Omit<Selectable<CameraStatesTable>, 'id' | 'first_seen_at' | 'lost_at'> & {
    lease_account_id: string | null;
    lease_by: string | null;
    lease_since: Date | null;
  };

export function toStoredCamera(row: CameraRow): StoredCamera {
  return {
    id: row.id,
    config: row.body,
    revision: row.revision,
    bound: row.bound_algorithms,
    county: row.county_code === null ? null : { code: row.county_code, name: row.county_name ?? row.county_code },
    division: row.division,
    department: row.department,
    state: row.state,
    stateCode: row.code,
    stateReason: row.reason,
    stateSince: row.since,
    pictureFault: row.fault_code && row.fault_since ? { code: row.fault_code, since: row.fault_since } : null,
    currentViewId: row.body.views.some(({ id }) => id === row.current_view_id) ? row.current_view_id : null,
    lease:
      row.lease_account_id !== null && row.lease_by !== null && row.lease_since !== null
        ? { accountId: row.lease_account_id, by: row.lease_by, since: row.lease_since }
        : null,
  };
}

/** What the browser may know of a camera. Its addresses stay here. */
export function toWire(stored: StoredCamera, live: { lastFrameAtMs: number | null }): Camera {
  const { source: _, subSource: __, onvif, ...config } = stored.config;
  const { lease } = stored;
  return {
    ...config,
    ptz: onvif ? { lease: lease && { ...lease, since: lease.since.toISOString() } } : null,
    state: stored.state,
    stateCode: stored.stateCode,
    stateReason: stored.stateReason,
    stateSince: stored.stateSince.toISOString(),
    pictureFault: stored.pictureFault && {
      code: stored.pictureFault.code,
      since: stored.pictureFault.since.toISOString(),
    },
    currentViewId: stored.currentViewId,
    lastFrameAt: live.lastFrameAtMs === null ? null : new Date(live.lastFrameAtMs).toISOString(),
    county: stored.county,
    boundAlgorithms: stored.bound,
    revision: stored.revision,
  };
}
