import type { FaultCode } from './faults.ts';

/** What a stream answered. */
export interface Probe {
  /** null: it describes a video stream. That pictures come is not said. */
  code: FaultCode | null;
  /** A detail of it, addresses masked. */
  reason: string | null;
  /** False: nobody answered at its host and port, so nobody would for another stream there either. */
  reached: boolean;
}
