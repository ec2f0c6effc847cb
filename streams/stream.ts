import type { AccessUnit } from './access-unit.ts';
import type { FaultCode } from './faults.ts';

/**
 * `connecting` until the first access unit, then `playing`, and `offline` from a loss until it plays again; `degraded`
 * is playing with a fault that is told.
 */
export type StreamState = 'connecting' | 'playing' | 'degraded' | 'offline';

export interface StreamListener {
  onAccessUnit(unit: AccessUnit): void;
  /**
   * @param reason a detail of `offline`, without addresses; null otherwise
   * @param code the fault of `offline` and `degraded`; null otherwise
   */
  onState(state: StreamState, reason: string | null, code: FaultCode | null): void;
}

export interface StreamCounters {
  /** Pictures that arrived, whole or not, passed on or not. */
  accessUnits: number;
  keyUnits: number;
  /** Pictures of which a packet or a slice was lost. */
  damagedUnits: number;
  lostPackets: number;
  bytes: number;
  /** Attempts to connect. */
  connects: number;
}

export interface Stream {
  readonly counters: StreamCounters;
  /** Arrival of the latest access unit, epoch milliseconds of the monotonic clock; 0 before the first. */
  readonly lastUnitAtMs: number;
  /**
   * Only key units are passed on; of the others the payload is not kept, yet they are counted and watched. May be set at
   * any time: from keys only to all, the units up to the next key come as not whole. Between keys the others may be read,
   * and so be counted, up to 200 ms late.
   */
  keyUnitsOnly: boolean;
  /** Ends within a second and leaves no timer, socket or process behind. */
  close(): Promise<void>;
}

export interface StreamTiming {
  /** Without an access unit for this long the stream is lost: 3,500, so that it is seen within 4 s. HLS: 20,000. */
  silentAfterMs: number;
  /** From the begin of one attempt to the next, in the first minute after a loss: 1,000. */
  firstRetryMs: number;
  /** From here on after a loss the attempts become rarer: 60,000. */
  backoffAfterMs: number;
  /** The longest wait between two attempts: 60,000. */
  maxRetryMs: number;
  /** The wait after a second refusal, so that no account is locked; after the first one it is ten `firstRetryMs`: 1,800,000. */
  refusedRetryMs: number;
}

export interface StreamOptions extends Partial<StreamTiming> {
  /** How the stream begins; see {@link Stream.keyUnitsOnly}. Default: false. */
  keyUnitsOnly?: boolean;
  /** Where a file that is neither H.264 nor H.265 is kept once it is transcoded; default: a folder of the system's own. */
  cacheDir?: string;
}
