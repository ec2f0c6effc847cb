import { z } from 'zod';
import { PictureMoment } from './observation.ts';

/** Which of an alert's pictures is wanted; absent: its clip. */
export const NewMediaDownload = z.strictObject({
  what: z.enum(['clip', 'picture']),
  moment: PictureMoment.default('onset').describe('Of a picture'),
});
export type NewMediaDownload = z.infer<typeof NewMediaDownload>;

/** That somebody was given a copy with a watermark. Appended, never changed. */
export const MediaDownload = z.object({
  n: z.number().int(),
  at: z.iso.datetime(),
  username: z.string(),
  displayName: z.string(),
  fromAddress: z.string().describe('Where the request came from'),
  what: z.enum(['clip', 'picture']),
  moment: PictureMoment.nullable(),
  alertId: z.string(),
  cameraName: z.string(),
});
export type MediaDownload = z.infer<typeof MediaDownload>;
