import type { AccessUnit, VideoCodec } from '../access-unit.ts';
import { isFirstSlice, NAL_SYNTAX, type NalSyntax, START_CODE } from '../nal-units/nal-unit.ts';
import { ParameterSets } from '../nal-units/parameter-sets.ts';
import type { StreamCounters } from '../stream.ts';

export interface DepacketiserSink {
  readonly counters: StreamCounters;
  /** Of units that are no keys the payload need not be kept; asked at the begin of each unit. */
  readonly keyUnitsOnly: boolean;
  unit(unit: AccessUnit): void;
  skippedUnit(): void;
}

/** What is remembered of a server from one connection to the next. */
export interface ServerHabits {
  /** False once a marker was seen in the middle of a picture: then a picture ends only where the next begins. */
  markersEndUnits: boolean;
}

const RTP_HEADER_BYTES = 12;
/** A number that lies this little back is a packet that came twice or late; further back, the numbering began anew. */
const LATE_PACKETS = 64;

/** With each smaller unit: a key in fifty units is still remembered when the next one comes. */
const USUAL_SINKS_BY = 0.99;
const NOTHING = Buffer.alloc(0);

const LATE = 'late';
/** No slice yet, in packets that follow a marker with the same timestamp: the marker may not have ended the picture. */
const AFTER_MARKER = -1;

/** Payload structures that hold more or less than one NAL unit: RFC 6184 (H.264), RFC 7798 (H.265). */
const STRUCTURES = {
  h264: { aggregation: 24, fragment: 28, highestSingle: 23 },
  h265: { aggregation: 48, fragment: 49, highestSingle: 47 },
} as const;

/** A start code and a NAL header, by the header's first byte: what a fragmented NAL unit of H.264 begins with. */
const H264_HEADS = Array.from({ length: 256 }, (_, header) => Buffer.from([0, 0, 0, 1, header]));

/**
 * Joins RTP packets to access units and knows of each whether it is whole: a gap in the sequence damages the unit
 * before it (unless that had ended by its marker) and the unit after it, since the lost packet may have belonged to
 * either; so do a fragment without begin or end and a picture without its first slice.
 */
export class Depacketiser {
  #syntax: NalSyntax;
  #codec: VideoCodec;
  readonly #payloadType: number;
  #sets: ParameterSets;
  readonly #sink: DepacketiserSink;
  readonly #habits: ServerHabits;

  #expected = -1;
  #source = -1;
  /** From a loss, or the begin, to the next whole key. */
  #broken = true;

  #open = false;
  #timestamp = -1;
  /** What has come of the unit: `#bytes` of a buffer that goes with it when it is passed on. */
  #unit: Buffer = NOTHING;
  #bytes = 0;
  /** The longest units of late: so large the next buffer is made. */
  #usualBytes = 0;
  #damaged = false;
  #slices = 0;
  #key = false;
  #setTypes = 0;
  #fragmentType = -1;
  #keepFragment = false;
  #keysOnly = false;
  #atMs = 0;
  /** A damage of packets that held no picture passes on to the picture that they introduce. */
  #inherited = false;

  constructor(
    format: { codec: VideoCodec; payloadType: number; sets: ParameterSets },
    sink: DepacketiserSink,
    habits: ServerHabits,
  ) {
    this.#codec = format.codec;
    this.#syntax = NAL_SYNTAX[format.codec];
    this.#payloadType = format.payloadType;
    this.#sets = format.sets;
    this.#sink = sink;
    this.#habits = habits;
  }

  /** A key is under way: some of its packets are here. */
  get keyBegan(): boolean {
    return this.#open && this.#key;
  }

  /** Takes the RTP packet (RFC 3550) from `start` to `end`; what it keeps of it is copied. */
  packet(b: Buffer, start: number, end: number, atMs: number): void {
    if (end - start < RTP_HEADER_BYTES) return;
    const flags = b[start]!;
    if (flags >> 6 !== 2) return;
    const gap = this.#gapBefore(b, start);
    if (gap === LATE) return;

    let from = start + RTP_HEADER_BYTES + (flags & 0x0f) * 4;
    if ((flags & 0x10) !== 0 && from + 4 <= end) from += 4 + ((b[from + 2]! << 8) | b[from + 3]!) * 4;
    const to = (flags & 0x20) !== 0 ? end - b[end - 1]! : end;
    const marked = b[start + 1]!;
    if ((marked & 0x7f) !== this.#payloadType) {
      if (gap) this.#damage();
      return;
    }
    const timestamp = b.readUInt32BE(start + 4);

    if (gap) this.#damage();
    if (this.#open && timestamp !== this.#timestamp) this.#finish();
    if (!this.#open) this.#begin(timestamp, gap);
    this.#atMs = atMs;
    if (from < to) this.#payload(b, from, to);
    if (marked >= 0x80 && this.#habits.markersEndUnits) this.#finish();
  }

  #gapBefore(b: Buffer, start: number): boolean | typeof LATE {
    const sequence = (b[start + 2]! << 8) | b[start + 3]!;
    const source = b.readUInt32BE(start + 8);
    const expected = source === this.#source ? this.#expected : -1;
    const another = this.#source !== -1 && source !== this.#source;
    this.#source = source;
    const ahead = (sequence - expected) & 0xffff;
    if (expected >= 0 && ahead > 0xffff - LATE_PACKETS) return LATE;
    this.#expected = (sequence + 1) & 0xffff;
    if (expected < 0) return another;
    if (ahead === 0) return false;
    this.#sink.counters.lostPackets += ahead < 0x8000 ? ahead : 1;
    return true;
  }

  #damage(): void {
    this.#broken = true;
    this.#fragmentType = -1;
    if (this.#open) this.#damaged = true;
    else this.#inherited = true;
  }

  #begin(timestamp: number, gap: boolean): void {
    const repeated = timestamp === this.#timestamp && !gap;
    this.#open = true;
    this.#timestamp = timestamp;
    this.#damaged = gap || this.#inherited;
    this.#inherited = false;
    this.#slices = repeated ? AFTER_MARKER : 0;
    this.#key = false;
    this.#setTypes = 0;
    this.#bytes = 0;
    this.#fragmentType = -1;
    this.#keysOnly = this.#sink.keyUnitsOnly;
  }

  #payload(b: Buffer, from: number, to: number): void {
    if (isOfOtherCodec(this.#codec, b[from]!, b[from + 1] ?? 0)) this.#changeCodec();
    const headerBytes = this.#syntax.headerBytes;
    const structures = STRUCTURES[this.#codec];
    const type = this.#syntax.typeOf(b[from]!);
    if (type === structures.fragment) this.#fragment(b, from, to);
    else if (type <= structures.highestSingle) this.#nal(b, from, to);
    else if (type === structures.aggregation) {
      let at = from + headerBytes;
      while (at + 2 < to) {
        const next = at + 2 + ((b[at]! << 8) | b[at + 1]!);
        if (next > to) break;
        this.#nal(b, at + 2, next);
        at = next;
      }
      if (at !== to) this.#damaged = true;
    } else this.#damaged = true;
  }

  /** The description named the wrong codec, as cameras do whose setting was changed: what comes is believed. */
  #changeCodec(): void {
    this.#codec = this.#codec === 'h264' ? 'h265' : 'h264';
    this.#syntax = NAL_SYNTAX[this.#codec];
    this.#sets = new ParameterSets(this.#codec);
    this.#broken = true;
    this.#begin(this.#timestamp, false);
  }

  #nal(b: Buffer, from: number, to: number): void {
    const syntax = this.#syntax;
    if (this.#fragmentType >= 0) this.#endFragment();
    if (to - from <= syntax.headerBytes) {
      // An end-of-sequence NAL unit is a header alone; a slice or set that short is torn.
      if (to - from < syntax.headerBytes || syntax.roles[syntax.typeOf(b[from]!)] !== 'other') this.#damaged = true;
      return;
    }
    const type = syntax.typeOf(b[from]!);
    const role = syntax.roles[type];
    if (role === 'slice' || role === 'key-slice') {
      if (!this.#slice(role === 'key-slice', b[from + syntax.headerBytes]!)) return;
    } else if (role === 'parameter-set') {
      this.#sets.learn(b.subarray(from, to));
      this.#setTypes |= 1 << (type & 7);
    }
    this.#keep(START_CODE, 0, START_CODE.length);
    this.#keep(b, from, to);
  }

  #fragment(b: Buffer, from: number, to: number): void {
    const headerBytes = this.#syntax.headerBytes;
    const at = from + headerBytes + 1;
    if (at >= to) {
      this.#damaged = true;
      return;
    }
    const head = b[at - 1]!;
    const type = head & (this.#codec === 'h264' ? 0x1f : 0x3f);
    if ((head & 0x80) !== 0) {
      if (this.#fragmentType >= 0) this.#endFragment();
      const role = this.#syntax.roles[type];
      this.#fragmentType = type;
      this.#keepFragment = role === 'slice' || role === 'key-slice' ? this.#slice(role === 'key-slice', b[at]!) : true;
      if (this.#keepFragment) this.#pushHead(b, from, type);
    } else if (this.#fragmentType !== type) {
      this.#damaged = true;
      this.#fragmentType = -1;
      const role = this.#syntax.roles[type];
      if (role === 'key-slice') this.#key = true;
      if (role === 'slice' || role === 'key-slice') this.#slices = Math.max(1, this.#slices);
      return;
    }
    if (this.#keepFragment) this.#keep(b, at, to);
    if ((head & 0x40) !== 0) this.#fragmentType = -1;
  }

  #pushHead(b: Buffer, from: number, type: number): void {
    const head =
      this.#codec === 'h264'
        ? H264_HEADS[(b[from]! & 0xe0) | type]!
        : Buffer.from([0, 0, 0, 1, (b[from]! & 0x81) | (type << 1), b[from + 1]!]);
    this.#keep(head, 0, head.length);
  }

  /** One buffer for a unit: one for each of its packets costs the collector a third of all of the reading. */
  #keep(b: Buffer, from: number, to: number): void {
    const bytes = this.#bytes + to - from;
    if (bytes > this.#unit.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * bytes, Math.ceil(this.#usualBytes * 1.1)));
      this.#unit.copy(larger, 0, 0, this.#bytes);
      this.#unit = larger;
    }
    b.copy(this.#unit, this.#bytes, from, to);
    this.#bytes = bytes;
  }

  /** The unit's bytes, to be passed on. */
  #handOver(): Buffer {
    const bytes = this.#bytes;
    const unit = this.#unit;
    this.#usualBytes = Math.max(bytes, this.#usualBytes * USUAL_SINKS_BY);
    // A small unit leaves the buffer of a large one to the next.
    if (2 * bytes < unit.length) return Buffer.from(unit.subarray(0, bytes));
    this.#unit = NOTHING;
    return unit.subarray(0, bytes);
  }

  /** A fragmented NAL unit was begun and another began before its end. */
  #endFragment(): void {
    this.#damaged = true;
    this.#fragmentType = -1;
  }

  /** Notes a slice; false when its bytes need not be kept. */
  #slice(key: boolean, byteAfterHeader: number): boolean {
    if (this.#slices <= 0 && !isFirstSlice(byteAfterHeader)) {
      this.#damaged = true;
      if (this.#slices === AFTER_MARKER) this.#habits.markersEndUnits = false;
    }
    this.#slices = Math.max(0, this.#slices) + 1;
    if (key) this.#key = true;
    return key || !this.#keysOnly;
  }

  #finish(): void {
    const damaged = this.#damaged || this.#fragmentType >= 0;
    const key = this.#key;
    this.#open = false;
    if (this.#slices <= 0) {
      this.#inherited ||= damaged;
      return;
    }
    if (damaged) {
      this.#broken = true;
      this.#sink.counters.damagedUnits++;
    }
    if (!key && this.#keysOnly) {
      // Should all units be wanted from now on, they are only once a key has come.
      this.#broken = true;
      this.#sink.skippedUnit();
      return;
    }
    const parts = [this.#handOver()];
    let bytes = this.#bytes;
    let whole = !damaged && !this.#broken;
    if (key) {
      whole = !damaged && this.#sets.complete;
      if (whole) this.#broken = false;
      if (!this.#bringsSets()) {
        parts.unshift(this.#sets.annexB);
        bytes += this.#sets.annexB.length;
      }
    }
    this.#sink.unit({
      codec: this.#codec,
      parts,
      bytes,
      key,
      whole,
      capturedAtMs: this.#atMs,
      shownAtTicks: this.#timestamp,
      parameterSets: this.#sets.id,
    });
  }

  #bringsSets(): boolean {
    for (const type of this.#syntax.parameterSetTypes) if ((this.#setTypes & (1 << (type & 7))) === 0) return false;
    return true;
  }
}

/**
 * Whether a payload can only be of the other codec, by its first two bytes: a VPS of H.265, alone or first in an
 * aggregation, has type 0 in H.264, which is never sent; an SPS of H.264 or its aggregation has a type in H.265 that no
 * standard gives a meaning.
 */
function isOfOtherCodec(codec: VideoCodec, first: number, second: number): boolean {
  if (codec === 'h264') return (first === 0x40 || first === 0x60) && second === 1;
  return first === 0x67 || first === 0x78;
}
