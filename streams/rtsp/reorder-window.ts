/** Takes the RTP packet from `start` to `end` of a buffer. */
export type TakePacket = (data: Buffer, start: number, end: number, atMs: number) => void;

const RTP_HEADER_BYTES = 12;
/** A missing packet is given up once so many later ones wait for it … */
const MOST_WAITING = 64;
/** … or the first of them has waited so long. */
const LONGEST_WAIT_MS = 150;
/** A number this far from the expected one is no packet out of order: the numbering began anew. */
const FAR = 2048;

/**
 * Puts RTP packets that came over UDP back into the order of their numbers. What is late by less than the window is
 * waited for; a gap that stays is passed on as it is, and the depacketiser marks the pictures beside it as damaged.
 */
export class ReorderWindow {
  readonly #take: TakePacket;
  readonly #waiting = new Map<number, { data: Buffer; atMs: number }>();
  #expected = -1;
  #source = -1;

  constructor(take: TakePacket) {
    this.#take = take;
  }

  /** @param data one whole packet, which is kept until its turn */
  push(data: Buffer, atMs: number): void {
    if (data.length < RTP_HEADER_BYTES) return;
    const sequence = data.readUInt16BE(2);
    const source = data.readUInt32BE(8);
    if (source !== this.#source || this.#expected < 0) this.#restart(sequence, source);
    let ahead = (sequence - this.#expected) & 0xffff;
    if (ahead > FAR && ahead < 0x1_0000 - FAR) {
      this.#restart(sequence, source);
      ahead = 0;
    }
    if (ahead > FAR) return;
    if (ahead > 0) this.#waiting.set(sequence, { data, atMs });
    else {
      this.#expected = (sequence + 1) & 0xffff;
      this.#take(data, 0, data.length, atMs);
    }
    this.#passOn();
    while (this.#waiting.size > 0 && this.#isOverdue(atMs)) {
      this.#skipGap();
      this.#passOn();
    }
  }

  #passOn(): void {
    for (let next = this.#waiting.get(this.#expected); next !== undefined; next = this.#waiting.get(this.#expected)) {
      this.#waiting.delete(this.#expected);
      this.#expected = (this.#expected + 1) & 0xffff;
      this.#take(next.data, 0, next.data.length, next.atMs);
    }
  }

  #isOverdue(atMs: number): boolean {
    if (this.#waiting.size > MOST_WAITING) return true;
    const [first] = this.#waiting.values();
    return first !== undefined && atMs - first.atMs > LONGEST_WAIT_MS;
  }

  #skipGap(): void {
    let nearest = 0x1_0000;
    for (const sequence of this.#waiting.keys()) nearest = Math.min(nearest, (sequence - this.#expected) & 0xffff);
    this.#expected = (this.#expected + nearest) & 0xffff;
  }

  #restart(sequence: number, source: number): void {
    while (this.#waiting.size > 0) {
      this.#skipGap();
      this.#passOn();
    }
    this.#source = source;
    this.#expected = sequence;
  }
}
