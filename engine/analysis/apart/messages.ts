import { z } from 'zod';
import { ExecutionProvider } from '#config/execution-provider.ts';

/** What a shard and the process of a model that runs apart say to each other. */

const Bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'a Uint8Array');
const Floats = z.custom<Float32Array>((value) => value instanceof Float32Array, 'a Float32Array');
const Ids = z.custom<Uint16Array>((value) => value instanceof Uint16Array, 'a Uint16Array');
const sizePx = z.number().int().min(1);

export const ToApart = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('open'), folder: z.string(), executionProvider: ExecutionProvider.optional() }),
  /** A picture as it lies in the model's input: packed RGB24 of the fitted size, and the size that it was taken from. */
  z.object({
    kind: z.literal('look'),
    id: z.number().int(),
    widthPx: sizePx,
    heightPx: sizePx,
    fittedWidthPx: sizePx,
    fittedHeightPx: sizePx,
    rgb: Bytes,
  }),
]);
export type ToApart = z.infer<typeof ToApart>;

const Resize = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stretch') }),
  z.object({ kind: z.literal('letterbox'), anchor: z.enum(['centre', 'top-left']), padValue: z.number() }),
]);

/** What is known of a model once it is open. A threshold without an end is that of a label that is never believed. */
export const OpenModel = z.object({
  identity: z.object({ name: z.string(), version: z.string(), sha256: z.string() }),
  labels: z.array(z.string()),
  classes: z.array(
    z.object({
      label: z.string(),
      group: z.string(),
      threshold: z.custom<number>((value) => typeof value === 'number' && value >= 0, 'a number from 0 on'),
    }),
  ),
  inputPx: z.object({ width: sizePx, height: sizePx }),
  resize: Resize,
  runsOn: z.object({ provider: ExecutionProvider, refusal: z.string().nullable() }),
});
export type OpenModel = z.infer<typeof OpenModel>;

export const FromApart = z.discriminatedUnion('kind', [
  OpenModel.extend({ kind: z.literal('opened') }),
  z
    .object({
      kind: z.literal('found'),
      id: z.number().int(),
      /** In pixels of the picture that it was taken from, surest first. */
      boxesXyxyPx: Floats,
      scores: Floats,
      classIds: Ids,
      inferenceMs: z.number(),
      decodeMs: z.number(),
      rssBytes: z.number(),
    })
    .refine(
      ({ boxesXyxyPx, scores, classIds }) =>
        boxesXyxyPx.length === 4 * scores.length && classIds.length === scores.length,
      'as many boxes as scores and classes',
    ),
  z.object({ kind: z.literal('failed'), id: z.number().int(), message: z.string() }),
]);
export type FromApart = z.infer<typeof FromApart>;
