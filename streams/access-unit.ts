export type VideoCodec = 'h264' | 'h265';

/** One coded picture in Annex B, as it arrived. */
export interface AccessUnit {
  codec: VideoCodec;
  /** Start codes included. Views of what the network delivered, so that nothing is copied before it is decoded. */
  parts: Buffer[];
  /** Sum of the parts' lengths. */
  bytes: number;
  /** IDR of H.264, IRAP of H.265: decodable without any earlier picture. */
  key: boolean;
  /** No packet or slice of it was lost and, for a non-key unit, nothing since the last whole key unit either. */
  whole: boolean;
  /**
   * Arrival of its last packet, epoch milliseconds of the monotonic clock. Where only keys are wanted, one that came earlier
   * than was to be expected counts as arrived when it was read, up to 200 ms later.
   */
  capturedAtMs: number;
  /**
   * When the picture is to be shown by the stream's own clock of 90 kHz, modulo 2^32; absent where the source tells no time.
   * Its origin is another after each connect, and many cameras' clocks are wrong: it says the order of pictures, not the time.
   */
  shownAtTicks?: number;
  /** Names the VPS, SPS and PPS that it needs; equal for all cameras that a decoder can be shared among. */
  parameterSets: string;
}
