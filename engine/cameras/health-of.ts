import { type RawBuilder, sql } from 'kysely';
import type { CameraHealth } from '../contract/camera-health.ts';

/** How a camera is, of a row of `camera_states`. */
export const HEALTH: RawBuilder<CameraHealth> = sql<CameraHealth>`(case
  when camera_states.state = 'disabled' then 'disabled'
  when camera_states.first_seen_at is null then 'never-seen'
  when camera_states.state = 'offline' then 'offline'
  when camera_states.state = 'degraded' then 'degraded'
  when camera_states.state = 'playing' and camera_states.fault_code is not null then 'degraded'
  when is_online(camera_states.state) then 'online'
  else 'checking' end)`;
