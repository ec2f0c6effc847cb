import { z } from 'zod';
import { Hours, ShippedRule, ZoneKind } from './rule.ts';

/** WGS84 longitude and latitude, degrees. */
export const LngLat = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]);
export type LngLat = z.infer<typeof LngLat>;

/** A point in the picture as a share of its width and height, so that a zone outlives a change of resolution. */
export const RelativePoint = z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]);
export type RelativePoint = z.infer<typeof RelativePoint>;

export const Zone = z.strictObject({
  kind: ZoneKind,
  name: z.string().max(80).optional(),
  polygon: z.array(RelativePoint).min(3).max(64),
});
export type Zone = z.infer<typeof Zone>;

/** One rule bound to a camera; what is absent comes from the site's rule settings. */
export const AlgorithmBinding = z.strictObject({
  rule: ShippedRule,
  model: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'the name of an algorithm package')
    .optional()
    .describe('The algorithm package whose detections it goes by; absent: the site’s'),
  dwellMs: z.number().int().min(0).max(86_400_000).optional(),
  threshold: z.number().min(0.05).max(0.99).optional(),
  hours: z.array(Hours).max(8).optional(),
  leashLengths: z
    .number()
    .min(1)
    .max(50)
    .optional()
    .describe('unleashed-dog: how many of its own lengths a dog may be from the nearest person; absent: 4'),
});
export type AlgorithmBinding = z.infer<typeof AlgorithmBinding>;

const STREAM_URL = /^(rtsps?|https?|file):\/\/\S+$/i;

/** Where a camera's pictures come from; open to further kinds (a pool platform hands out short-lived addresses). */
export const CameraSource = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('url'),
    url: z
      .string()
      .max(2048)
      .regex(STREAM_URL, 'an address that begins with rtsp://, rtsps://, http://, https:// or file://'),
  }),
]);
export type CameraSource = z.infer<typeof CameraSource>;

/** Where a camera is turned by ONVIF. As secret as its source: no answer, page or log repeats any of it. */
export const OnvifAddress = z.strictObject({
  url: z
    .string()
    .max(2048)
    .regex(
      /^https?:\/\/[^\s/?#@]+(\/[^\s@]*)?$/i,
      'the address of a device service, http:// or https://, without a password',
    )
    .describe('Of the device service, as http://192.0.2.7/onvif/device_service'),
  username: z.string().max(200).default(''),
  password: z.string().max(200).default(''),
  profile: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('The token of the media profile that is turned; absent: the first one that can be'),
});
export type OnvifAddress = z.infer<typeof OnvifAddress>;

/** Points on the ground: where each is in the picture and where it is on earth. Four determine it, more tell how well. */
export const GroundCalibration = z
  .array(z.strictObject({ xy: RelativePoint, lngLat: LngLat }))
  .min(4)
  .max(16);
export type GroundCalibration = z.infer<typeof GroundCalibration>;

/** One place that a camera looks at: its only one, or a preset of its patrol. */
export const CameraView = z.strictObject({
  id: z.string().min(1).max(64).default('default'),
  name: z.string().min(1).max(80).optional().describe('What operators call it; absent: its id'),
  zones: z.array(Zone).max(64).default([]),
  calibration: GroundCalibration.optional(),
});
export type CameraView = z.infer<typeof CameraView>;
/** What of a picture a model looks at. */
export const LookedAt = z
  .enum(['zones', 'tiles', 'whole'])
  .describe(
    'What of a picture the model looks at. zones: the rectangle around the zones of its rules, so that far things are larger for it; tiles: besides, overlapping tiles of that, two a picture, where things are small; whole: the whole picture at once',
  );
export type LookedAt = z.infer<typeof LookedAt>;

export const CameraId = z
  .string()
  .regex(/^(?!\.+$)[\p{L}\p{N}._-]{1,64}$/u, 'letters, digits, dot, dash, underscore; at most 64; not dots alone');

/** The CRS that a source states for its positions. WGS84 is what is stored and used. */
export const Crs = z.enum(['WGS84', 'GCJ02', 'BD09']);
export type Crs = z.infer<typeof Crs>;

/** What the city's register says of a camera; all of it may be absent. */
export const CameraRegister = z.strictObject({
  address: z.string().max(200).optional().describe('The postal address of the pole'),
  divisionCode: z
    .string()
    .regex(/^\d{6}(\d{3}){0,2}$/, 'a GB/T 2260 code of 6 digits, or 9 or 12 with township and village')
    .optional()
    .describe('The division that the register states; the county is told by the position'),
  statedPosition: z
    .strictObject({ crs: Crs, lngLat: LngLat })
    .optional()
    .describe('The position as its source gave it, where that was not WGS84'),
  rangeM: z.number().gt(0).max(20_000).optional().describe('How far it sees'),
  mountHeightM: z.number().min(0).max(500).optional(),
  resolution: z
    .strictObject({ widthPx: z.number().int().min(1).max(32_768), heightPx: z.number().int().min(1).max(32_768) })
    .optional(),
  subSource: CameraSource.optional().describe('A smaller stream of the same camera'),
  onvif: OnvifAddress.optional().describe('Where it is turned, zoomed and sent to presets; absent: it cannot be'),
  tags: z.array(z.string().min(1).max(40)).max(32).optional(),
  inspection: z.boolean().optional().describe('Whether it belongs to the points that are looked through each day'),
});

export const CameraConfig = z.strictObject({
  id: CameraId,
  gbId: z
    .string()
    .regex(/^\d{20}$/, 'the 20 digits of a GB/T 28181 device id')
    .optional(),
  name: z.string().min(1).max(120),
  source: CameraSource.optional().describe('Absent: registered only; such a camera cannot be analysed'),
  lngLat: LngLat,
  headingDeg: z.number().min(0).lt(360).optional(),
  fovDeg: z.number().gt(0).max(360).optional(),
  views: z
    .array(CameraView)
    .min(1)
    .max(16)
    .default(() => [CameraView.parse({})])
    .describe('What it looks at: one for each preset, with the zones that were drawn on it'),
  algorithms: z.array(AlgorithmBinding).max(16).default([]),
  disabled: z
    .boolean()
    .optional()
    .describe('Out of service: neither analysed nor asked whether it answers, and not counted; its settings stay'),
  decode: z
    .enum(['as-needed', 'keyframes', 'all'])
    .default('as-needed')
    .describe(
      'as-needed: pictures between two keyframes only while a rule asks for more than keyframes; all: every one',
    ),
  samplePeriodMs: z
    .number()
    .int()
    .min(40)
    .max(60_000)
    .optional()
    .describe('Time between two analysed frames, milliseconds; absent: what the rules in force ask for'),
  regions: LookedAt.default('zones'),
  department: z.string().max(64).default('城管').describe('The department that owns the camera'),
  ...CameraRegister.shape,
});
export type CameraConfig = z.infer<typeof CameraConfig>;

/**
 * A camera without rules is only registered, and one out of service is left alone: nobody opens its stream.
 * @param bound the algorithms that are bound to it beside its own rules
 */
export function isAnalysed(
  { algorithms, disabled }: Pick<CameraConfig, 'algorithms' | 'disabled'>,
  bound: readonly string[] = [],
): boolean {
  return algorithms.length + bound.length > 0 && disabled !== true;
}
