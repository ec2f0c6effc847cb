import { z } from 'zod';
import { CameraConfig, CameraRegister } from '#config/camera.ts';

export { RuleName, ShippedRule, ZONE_KIND_OF_RULE, ZoneKind } from '#config/rule.ts';

/**
 * playing: pictures arrive; degraded: they do, with a fault that is told; connecting: never yet since the start;
 * offline: lost, and tried again; unknown: no rule is bound to it, so nobody opens it, and it was not asked yet.
 * reachable: nobody opens it, and it describes its stream when asked, which is no picture yet; disabled: an administrator
 * took it out of service.
 */
export const CameraState = z.enum(['connecting', 'playing', 'degraded', 'offline', 'unknown', 'reachable', 'disabled']);
export type CameraState = z.infer<typeof CameraState>;

/** Pictures arrive. */
export function isOnline(state: CameraState): boolean {
  return state === 'playing' || state === 'degraded';
}

/** Why a camera is offline or degraded: what `streams/faults.ts` tells of its stream, or its analysis process ended. */
export const CameraFault = z.enum([
  'unreachable',
  'unknown-host',
  'connection-lost',
  'silent',
  'wrong-credentials',
  'credentials-missing',
  'sign-in-unknown',
  'forbidden',
  'not-found',
  'busy',
  'transport-refused',
  'redirected-away',
  'server-error',
  'garbled',
  'no-video',
  'bad-address',
  'playlist-ended',
  'file-unreadable',
  'program-missing',
  'udp-only',
  'damaged',
  'analysis-ended',
]);
export type CameraFault = z.infer<typeof CameraFault>;

export const County = z.object({ code: z.string(), name: z.string() });
export type County = z.infer<typeof County>;

/**
 * What is wrong with a picture that arrives: the lens is covered or out of focus; no light; always the same bytes; not
 * the view that the zones were drawn on; turned: somebody turns the camera, or did and it is not yet known to be back. While
 * it is, the camera's rules pause and its alerts stay as they are.
 */
export const PictureFaultCode = z.enum(['covered', 'dark', 'frozen', 'view-moved', 'turned']);
export type PictureFaultCode = z.infer<typeof PictureFaultCode>;
const PictureFault = z.object({ code: PictureFaultCode, since: z.iso.datetime() });

/** Who turns a camera now, and since when; nobody else may until it is given back, runs out or is taken over. */
export const PtzLease = z.object({ accountId: z.string(), by: z.string(), since: z.iso.datetime() });
export type PtzLease = z.infer<typeof PtzLease>;

/** What of its settings is never told: addresses, and what stands in them. */
const SECRETS = { source: true, subSource: true, onvif: true } as const;

/** What the browser may know of a camera: never its address. */
export const Camera = CameraConfig.omit(SECRETS).extend({
  ptz: z.object({ lease: PtzLease.nullable() }).nullable().describe('null: it cannot be turned from here'),
  state: CameraState,
  stateCode: CameraFault.nullable().describe('Why it is offline or degraded'),
  stateReason: z.string().nullable().describe('A detail of it, addresses masked'),
  stateSince: z.iso.datetime(),
  pictureFault: PictureFault.nullable().describe('Why its rules pause though pictures arrive'),
  currentViewId: z.string().nullable().describe('Which of its views it shows; null: none of them, or not known yet'),
  lastFrameAt: z.iso.datetime().nullable(),
  county: County.nullable(),
  boundAlgorithms: z
    .array(z.string())
    .optional()
    .describe('Algorithms that are bound to it beside its own rules, by id; absent: not told'),
  revision: z.number().int(),
});
export type Camera = z.infer<typeof Camera>;

/** Rules are bound to it: its own, or those of bindings. */
export function hasRules({
  algorithms,
  boundAlgorithms = [],
}: Pick<Camera, 'algorithms' | 'boundAlgorithms'>): boolean {
  return algorithms.length + boundAlgorithms.length > 0;
}

/** A step in a camera's life: who set it, when, and to what; config null: deleted. */
export const CameraRevision = z.object({
  revision: z.number().int(),
  at: z.iso.datetime(),
  by: z.string(),
  config: z.object(CameraConfig.shape).omit(SECRETS).nullable(),
  acceptedViewId: z
    .string()
    .nullable()
    .describe('The view that was accepted as the camera shows it since, its zones as they were; null: none'),
});
export type CameraRevision = z.infer<typeof CameraRevision>;

export const NewCamera = CameraConfig.partial({ id: true });
export type NewCamera = z.infer<typeof NewCamera>;

/** No defaults here: what is absent stays as it is. */
export const CameraPatch = z.strictObject({
  revision: z
    .number()
    .int()
    .optional()
    .describe('The revision that this change was made on; where the camera has another one by now, it is refused'),
  gbId: CameraConfig.shape.gbId,
  name: CameraConfig.shape.name.optional(),
  source: CameraConfig.shape.source,
  lngLat: CameraConfig.shape.lngLat.optional(),
  headingDeg: CameraConfig.shape.headingDeg,
  fovDeg: CameraConfig.shape.fovDeg,
  views: CameraConfig.shape.views.unwrap().optional(),
  algorithms: CameraConfig.shape.algorithms.unwrap().optional(),
  disabled: CameraConfig.shape.disabled,
  decode: CameraConfig.shape.decode.unwrap().optional(),
  samplePeriodMs: CameraConfig.shape.samplePeriodMs.nullable().describe('null: what the rules in force ask for'),
  regions: CameraConfig.shape.regions.unwrap().optional(),
  department: CameraConfig.shape.department.unwrap().optional(),
  ...CameraRegister.shape,
  onvif: CameraRegister.shape.onvif.nullable().describe('null: it cannot be turned any more'),
});
export type CameraPatch = z.infer<typeof CameraPatch>;
