import { z } from 'zod';
import { Alert, Suppression } from './alert.ts';
import { Camera } from './camera.ts';
import { PoolPart } from './camera-pool.ts';
import { Case, Unit } from './case.ts';
import { LibraryNews, Sight } from './library.ts';
import { FieldNews } from './notice.ts';
import { Outage } from './outage.ts';
import { AlgorithmNews } from './rollout.ts';

/**
 * That something became what it now is. `entity` is its present state (null: gone), so two changes of one thing in one
 * batch show the same, latest state. Commit order is seq order.
 */
const base = { seq: z.number().int(), entityId: z.string(), at: z.iso.datetime() };
export const Change = z.discriminatedUnion('kind', [
  z.object({ ...base, kind: z.literal('alert'), entity: Alert.nullable() }),
  z.object({ ...base, kind: z.literal('case'), entity: Case.nullable() }),
  z.object({ ...base, kind: z.literal('camera'), entity: Camera.nullable() }),
  z.object({ ...base, kind: z.literal('unit'), entity: Unit.nullable() }),
  z.object({ ...base, kind: z.literal('suppression'), entity: Suppression.nullable() }),
  z.object({ ...base, kind: z.literal('pool'), entity: PoolPart.nullable() }),
  z.object({ ...base, kind: z.literal('outage'), entity: Outage.nullable() }),
  z.object({ ...base, kind: z.literal('library'), entity: LibraryNews.nullable() }),
  z.object({ ...base, kind: z.literal('sight'), entity: Sight.nullable() }),
  z.object({ ...base, kind: z.literal('algorithm'), entity: AlgorithmNews.nullable() }),
  z.object({ ...base, kind: z.literal('field'), entity: FieldNews.nullable() }),
]);
export type Change = z.infer<typeof Change>;
export const ChangeKind = z.enum([
  'alert',
  'case',
  'camera',
  'unit',
  'suppression',
  'pool',
  'outage',
  'library',
  'sight',
  'algorithm',
  'field',
]);
export type ChangeKind = z.infer<typeof ChangeKind>;

/**
 * The changes after `fromSeq` up to and with `toSeq` that the receiver may see; `items` may be empty. A client whose
 * own last `toSeq` is not this batch's `fromSeq` has a hole: it calls GET /api/changes?after=.
 */
export const ChangeBatch = z.object({ fromSeq: z.number().int(), toSeq: z.number().int(), items: z.array(Change) });
export type ChangeBatch = z.infer<typeof ChangeBatch>;

/** What the server says over the socket. */
export interface ServerToClientEvents {
  /** The next changes, in order: at once in a quiet city, every 200 ms where one follows the other. */
  changes: (batch: ChangeBatch) => void;
  /** On connect: the seq up to which the client would be complete if it had read everything at this moment. */
  hello: (state: { lastSeq: number }) => void;
}
/** A client says nothing over the socket: it acts through the API. */
export type ClientToServerEvents = Record<string, never>;
