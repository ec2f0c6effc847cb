import { z } from 'zod';

/** What a rendition's process and its parent say to each other; pictures are messages of `contract/video-unit.ts`. */
const Bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

export const ToRendition = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    /** That the pictures which come out carry. */
    channel: z.number().int(),
    mostWidthPx: z.number().int(),
    mostHeightPx: z.number().int(),
  }),
  z.object({ kind: z.literal('unit'), message: Bytes }),
]);
export type ToRendition = z.infer<typeof ToRendition>;

/** The answer to each unit, in order: the pictures that it gave. */
export const FromRendition = z.object({ kind: z.literal('rendered'), messages: z.array(Bytes) });
export type FromRendition = z.infer<typeof FromRendition>;
