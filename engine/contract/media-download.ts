import { z } from 'zod';
import { PictureMoment } from './observation.ts';

/** Which of an alert's pictures is wanted; absent: its clip. */
export const NewMediaDownload = z.strictObject({
  what: z.enum(['clip', 'picture']),
  moment: PictureMoment.default('onset').describe('Of a picture'),
});
export type NewMediaDownload = z.infer<typeof NewMediaDownload>;

const MOST_SIDE_PX = 8192;

/** A picture of live video that the page shows and is about to save. */
export const NewSnapshot = z.strictObject({
  capturedAt: z.iso.datetime().describe('When the picture was captured, as the video told it'),
  widthPx: z.number().int().min(16).max(MOST_SIDE_PX),
  heightPx: z.number().int().min(16).max(MOST_SIDE_PX),
});
export type NewSnapshot = z.infer<typeof NewSnapshot>;

/** That somebody was given a copy or a snapshot with a watermark. Appended, never changed. */
export const MediaDownload = z.object({
  n: z.number().int(),
  at: z.iso.datetime(),
  username: z.string(),
  displayName: z.string(),
  fromAddress: z.string().describe('Where the request came from'),
  what: z.enum(['clip', 'picture', 'snapshot']),
  moment: PictureMoment.nullable(),
  alertId: z.string().nullable().describe('null: a snapshot'),
  cameraId: z.string().nullable().describe('null: not kept of copies that were made before snapshots were recorded'),
  capturedAt: z.iso.datetime().nullable().describe('Of a snapshot, as the page told it'),
  cameraName: z.string(),
});
export type MediaDownload = z.infer<typeof MediaDownload>;
