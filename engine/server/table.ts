import type { Route } from './route.ts';
import { ACCOUNT_ROUTES } from './routes/accounts.ts';
import { ALERT_ROUTES } from './routes/alerts.ts';
import { BINDING_ROUTES } from './routes/algorithm-bindings.ts';
import { ALGORITHM_PROOF_ROUTES } from './routes/algorithm-proof.ts';
import { ALGORITHM_ROUTES } from './routes/algorithms.ts';
import { AUDIT_ROUTES } from './routes/audit.ts';
import { BASEMAP_ROUTES } from './routes/basemap.ts';
import { CAMERA_AREA_ROUTES } from './routes/camera-area.ts';
import { CAMERA_HEALTH_ROUTES } from './routes/camera-health.ts';
import { CAMERA_IMPORT_ROUTES } from './routes/camera-imports.ts';
import { CAMERA_MAP_ROUTES } from './routes/camera-map.ts';
import { CAMERA_POOL_ROUTES } from './routes/camera-pool.ts';
import { CAMERA_PTZ_ROUTES } from './routes/camera-ptz.ts';
import { CAMERA_VIEW_ROUTES } from './routes/camera-views.ts';
import { CAMERA_ROUTES } from './routes/cameras.ts';
import { CASE_FIELD_ROUTES } from './routes/case-field.ts';
import { CASE_PAIR_ROUTES } from './routes/case-pairs.ts';
import { CASE_POLICY_ROUTES } from './routes/case-policies.ts';
import { CASE_QUEUE_ROUTES } from './routes/case-queue.ts';
import { CASE_RATE_ROUTES } from './routes/case-rates.ts';
import { CASE_ROUTES } from './routes/cases.ts';
import { CHANGE_ROUTES } from './routes/changes.ts';
import { DAY_ROUTES } from './routes/days.ts';
import { LABELLED_SET_ROUTES } from './routes/labelled-sets.ts';
import { LIBRARY_ROUTES } from './routes/libraries.ts';
import { MEDIA_ROUTES } from './routes/media.ts';
import { NOTICE_ROUTES } from './routes/notices.ts';
import { OFFICER_ROUTES } from './routes/officers.ts';
import { PATROL_ROUTES } from './routes/patrol.ts';
import { ROLLOUT_ROUTES } from './routes/rollouts.ts';
import { SESSION_ROUTES } from './routes/session.ts';
import { SITE_ROUTES } from './routes/site.ts';
import { SUPPRESSION_ROUTES } from './routes/suppressions.ts';
import { UNIT_ROUTES } from './routes/units.ts';

/** Every route there is. What is not in this table is denied. */
export const ROUTES: readonly Route[] = [
  ...SESSION_ROUTES,
  ...SITE_ROUTES,
  ...BASEMAP_ROUTES,
  ...CAMERA_ROUTES,
  ...CAMERA_MAP_ROUTES,
  ...CAMERA_AREA_ROUTES,
  ...CAMERA_VIEW_ROUTES,
  ...CAMERA_PTZ_ROUTES,
  ...CAMERA_POOL_ROUTES,
  ...CAMERA_HEALTH_ROUTES,
  ...CAMERA_IMPORT_ROUTES,
  ...ALGORITHM_ROUTES,
  ...ALGORITHM_PROOF_ROUTES,
  ...LABELLED_SET_ROUTES,
  ...BINDING_ROUTES,
  ...ROLLOUT_ROUTES,
  ...LIBRARY_ROUTES,
  ...ALERT_ROUTES,
  ...MEDIA_ROUTES,
  ...SUPPRESSION_ROUTES,
  ...CASE_ROUTES,
  ...CASE_QUEUE_ROUTES,
  ...CASE_RATE_ROUTES,
  ...CASE_PAIR_ROUTES,
  ...CASE_POLICY_ROUTES,
  ...CASE_FIELD_ROUTES,
  ...OFFICER_ROUTES,
  ...PATROL_ROUTES,
  ...NOTICE_ROUTES,
  ...UNIT_ROUTES,
  ...DAY_ROUTES,
  ...CHANGE_ROUTES,
  ...ACCOUNT_ROUTES,
  ...AUDIT_ROUTES,
];
