import { randomInt } from 'node:crypto';
import { nowMs } from '../clock.ts';
import type { Clip } from '../files/clip.ts';
import { PACKET_HEAD_BYTES, type PacketRun, packetise } from './packetise.ts';

/** What the whole server does to its players, for tests. */
export interface Faults {
  stalledUntilMs: number;
  /** Whether the next packet gets lost on its way. */
  loses(): boolean;
}

/** Where packets go, each with its four bytes of interleaving before it: a client's socket. */
export interface PacketSink {
  readonly writableLength: number;
  write(packets: Buffer): unknown;
}

/** A client that reads too slowly gets no more units until it has caught up. */
const BACKLOG_LIMIT_BYTES = 4_000_000;
/** A player that could not run for this long goes on from now. */
const GIVE_UP_LATE_MS = 2000;
const RTP_CLOCK_PER_MS = 90;

/** Plays a clip to one client, looped, in real time: sequence numbers and timestamps run on over the seam. */
export class ClipPlayer {
  readonly #sink: PacketSink;
  readonly #clip: Clip;
  readonly #runs: PacketRun[];
  readonly #channel: number;
  readonly #faults: Faults;
  readonly #source = randomInt(2 ** 32);
  #sequence = randomInt(0x1_0000);
  #loopAtMs: number;
  #next = 0;
  #timer: NodeJS.Timeout | null = null;

  /** @param positionMs where in the clip it begins: a camera that is joined is somewhere in the middle of its day */
  constructor(sink: PacketSink, clip: Clip, channel: number, positionMs: number, faults: Faults) {
    this.#sink = sink;
    this.#clip = clip;
    this.#runs = packetise(clip);
    this.#channel = channel;
    this.#faults = faults;
    this.#loopAtMs = nowMs() - positionMs;
    const first = clip.units.findIndex((unit) => unit.decodeAtMs >= positionMs);
    this.#next = first < 0 ? clip.units.length : first;
  }

  get firstSequence(): number {
    return this.#sequence;
  }

  /** Sends what is due and sees to it that the rest follows in time. */
  play(): void {
    const { units, periodMs } = this.#clip;
    for (;;) {
      if (this.#next >= units.length) {
        this.#next = 0;
        this.#loopAtMs += periodMs;
      }
      const dueInMs = this.#loopAtMs + units[this.#next]!.decodeAtMs - nowMs();
      if (dueInMs > 0) {
        this.#timer = setTimeout(() => this.play(), dueInMs);
        return;
      }
      if (dueInMs < -GIVE_UP_LATE_MS) this.#loopAtMs -= dueInMs;
      this.#send(this.#next++);
    }
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #send(index: number): void {
    const { bytes, offsets } = this.#runs[index]!;
    const count = offsets.length - 1;
    if (nowMs() < this.#faults.stalledUntilMs) return;
    if (this.#sink.writableLength > BACKLOG_LIMIT_BYTES) {
      this.#sequence = (this.#sequence + count) & 0xffff;
      return;
    }
    const shownAtMs = this.#loopAtMs + this.#clip.units[index]!.showAtMs;
    const timestamp = Math.floor(shownAtMs * RTP_CLOCK_PER_MS) % 2 ** 32;
    const out = Buffer.allocUnsafe(bytes.length);
    let length = 0;
    for (let i = 0; i < count; i++) {
      const sequence = this.#sequence;
      this.#sequence = (sequence + 1) & 0xffff;
      if (this.#faults.loses()) continue;
      const from = offsets[i]!;
      const to = offsets[i + 1]!;
      bytes.copy(out, length, from, to);
      out[length + 1] = this.#channel;
      out.writeUInt16BE(sequence, length + 6);
      out.writeUInt32BE(timestamp, length + 8);
      out.writeUInt32BE(this.#source, length + PACKET_HEAD_BYTES - 4);
      length += to - from;
    }
    if (length > 0) this.#sink.write(length === out.length ? out : out.subarray(0, length));
  }
}
