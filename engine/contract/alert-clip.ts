import { z } from 'zod';

/**
 * Why an alert has no clip. `nothing-kept`: no whole picture came in time; `spool-full`, `spool-failed`: too much at once, or
 * the disk; `analysis-ended`, `engine-ended`: the process that kept the pictures ended before they were cut; `order-unknown`:
 * the stream does not say in which order its pictures are shown; `program-missing`, `not-packaged`: ffmpeg is not there, or
 * failed; `expired`: it was kept for as long as the site says.
 */
export const ClipFault = z.enum([
  'nothing-kept',
  'spool-full',
  'spool-failed',
  'analysis-ended',
  'engine-ended',
  'order-unknown',
  'program-missing',
  'not-packaged',
  'expired',
]);
export type ClipFault = z.infer<typeof ClipFault>;

/** The video around an alert's onset: not cut yet, there, or why there is none. */
export const AlertClip = z.discriminatedUnion('state', [
  z.object({ state: z.literal('awaited') }),
  z.object({
    state: z.literal('ready'),
    from: z.iso.datetime(),
    to: z.iso.datetime().describe('When its last picture was captured'),
    everyFrameFrom: z.iso
      .datetime()
      .nullable()
      .describe('Before it there are only keyframes; null: nothing else at all'),
    gaps: z.array(z.object({ from: z.iso.datetime(), to: z.iso.datetime() })).describe('Pictures that were lost'),
    cutShort: z.boolean().describe('The stream became another one meanwhile, and what lies beyond is left out'),
    codec: z.enum(['h264', 'h265']),
    widthPx: z.number().int(),
    heightPx: z.number().int(),
    bytes: z.number().int(),
    url: z.string().describe('/api/alerts/:id/clip.mp4'),
  }),
  z.object({ state: z.literal('missing'), reason: ClipFault }),
]);
export type AlertClip = z.infer<typeof AlertClip>;
