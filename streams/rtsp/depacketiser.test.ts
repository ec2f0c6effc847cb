import { expect, test } from 'vitest';
import type { AccessUnit, VideoCodec } from '../access-unit.ts';
import { ParameterSets } from '../nal-units/parameter-sets.ts';
import { Depacketiser } from './depacketiser.ts';

const SPS = Buffer.from([0x67, 0x42, 0xe0, 0x1f, 0xda, 0x01]);
const PPS = Buffer.from([0x68, 0xce, 0x30, 0xa4]);
const SEI = Buffer.from([0x06, 0x05, 0x01, 0x00]);
const START = Buffer.from([0, 0, 0, 1]);

/** A slice of H.264: the bit after the header says that it is the first of its picture. */
function slice(header: number, fill: number, first = true, bytes = 40): Buffer {
  const nal = Buffer.alloc(bytes, fill);
  nal[0] = header;
  nal[1] = first ? 0x88 : 0x40;
  return nal;
}
const key = (fill: number, first = true) => slice(0x65, fill, first);
const inter = (fill: number, first = true) => slice(0x41, fill, first);

function fragments(nal: Buffer, size: number): Buffer[] {
  const payloads: Buffer[] = [];
  for (let from = 1; from < nal.length; from += size) {
    const flags = (from === 1 ? 0x80 : 0) | (from + size >= nal.length ? 0x40 : 0);
    const head = Buffer.from([(nal[0]! & 0xe0) | 28, flags | (nal[0]! & 31)]);
    payloads.push(Buffer.concat([head, nal.subarray(from, from + size)]));
  }
  return payloads;
}

function aggregate(...nals: Buffer[]): Buffer {
  const length = (nal: Buffer) => Buffer.from([nal.length >> 8, nal.length & 255]);
  return Buffer.concat([Buffer.from([0x78]), ...nals.flatMap((nal) => [length(nal), nal])]);
}

interface Sent {
  payload: Buffer;
  timestamp: number;
  marker?: boolean;
  lost?: boolean;
  /** From this packet on, whether only keys are wanted. */
  keysOnly?: boolean;
  type?: number;
}

function run(
  sent: Sent[],
  options: { codec?: VideoCodec; keyUnitsOnly?: boolean; sets?: Buffer[]; from?: number } = {},
) {
  const codec = options.codec ?? 'h264';
  const units: AccessUnit[] = [];
  const counters = { accessUnits: 0, keyUnits: 0, damagedUnits: 0, lostPackets: 0, bytes: 0, connects: 0 };
  let skipped = 0;
  const sink = {
    counters,
    keyUnitsOnly: options.keyUnitsOnly === true,
    unit: (unit: AccessUnit) => units.push(unit),
    skippedUnit: () => skipped++,
  };
  const sets = new ParameterSets(codec, options.sets ?? []);
  const habits = { markersEndUnits: true };
  const depacketiser = new Depacketiser({ codec, payloadType: 96, sets }, sink, habits);
  let sequence = options.from ?? 65_530;
  sent.forEach(({ payload, timestamp, marker, lost, type, keysOnly }, index) => {
    sink.keyUnitsOnly = keysOnly ?? sink.keyUnitsOnly;
    const packet = Buffer.alloc(12 + payload.length);
    packet[0] = 0x80;
    packet[1] = (type ?? 96) | (marker === true ? 0x80 : 0);
    packet.writeUInt16BE(sequence & 0xffff, 2);
    packet.writeUInt32BE(timestamp, 4);
    payload.copy(packet, 12);
    sequence++;
    if (lost !== true) depacketiser.packet(packet, 0, packet.length, 1000 + index);
  });
  const bytes = units.map((unit) => Buffer.concat(unit.parts));
  for (const [i, unit] of units.entries()) expect(unit.bytes).toBe(bytes[i]!.length);
  return { units, bytes, counters, skipped, habits };
}

const annexB = (...nals: Buffer[]) => Buffer.concat(nals.flatMap((nal) => [START, nal]));
const flags = ({ units }: { units: AccessUnit[] }) =>
  units.map(({ key, whole }) => `${key ? 'key' : 'inter'} ${whole}`);

function picture(nal: Buffer, timestamp: number, size = 15): Sent[] {
  const payloads = fragments(nal, size);
  return payloads.map((payload, i) => ({ payload, timestamp, marker: i === payloads.length - 1 }));
}

test('single, aggregated and fragmented NAL units become the same Annex B, over the wrap of the sequence', () => {
  const result = run([
    { payload: aggregate(SPS, PPS, SEI), timestamp: 1 },
    ...picture(key(1), 1),
    { payload: inter(2), timestamp: 2, marker: true },
    ...picture(inter(3), 3),
  ]);
  expect(flags(result)).toEqual(['key true', 'inter true', 'inter true']);
  expect(result.bytes[0]).toEqual(annexB(SPS, PPS, SEI, key(1)));
  expect(result.bytes[2]).toEqual(annexB(inter(3)));
  expect(result.units[0]).toMatchObject({ capturedAtMs: 1003, codec: 'h264' });
  expect(result.units[0]!.parameterSets).toMatch(/^h264-[0-9a-f]{20}$/);
  expect(result.counters).toMatchObject({ damagedUnits: 0, lostPackets: 0 });
});

test('a key without sets in band gets those of the SDP before it; without any it is not whole', () => {
  expect(run(picture(key(1), 1), { sets: [SPS, PPS] }).bytes[0]).toEqual(annexB(SPS, PPS, key(1)));
  expect(flags(run(picture(key(1), 1)))).toEqual(['key false']);
});

test('sets that come as a picture of their own, with marker, go before the next key', () => {
  const result = run([{ payload: aggregate(SPS, PPS), timestamp: 1, marker: true }, ...picture(key(1), 2)]);
  expect(result.bytes).toEqual([annexB(SPS, PPS, key(1))]);
});

test('changed sets change the id', () => {
  const wider = Buffer.from(SPS);
  wider[5] = 0x77;
  const result = run([
    { payload: aggregate(SPS, PPS), timestamp: 1 },
    ...picture(key(1), 1),
    { payload: aggregate(SPS, PPS), timestamp: 2 },
    ...picture(key(2), 2),
    { payload: aggregate(wider, PPS), timestamp: 3 },
    ...picture(key(3), 3),
  ]);
  const [a, b, c] = result.units.map(({ parameterSets }) => parameterSets);
  expect(a).toBe(b);
  expect(c).not.toBe(a);
});

test.each([0, 1, 2])('a key that lost packet %i is not whole, nor is anything until the next whole key', (lost) => {
  const damaged = picture(key(2), 3).map((each, i) => ({ ...each, lost: i === lost }));
  const result = run(
    [
      ...picture(key(1), 1),
      ...picture(inter(1), 2),
      ...damaged,
      ...picture(inter(2), 4),
      ...picture(key(3), 5),
      ...picture(inter(3), 6),
    ],
    { sets: [SPS, PPS] },
  );
  expect(flags(result)).toEqual(['key true', 'inter true', 'key false', 'inter false', 'key true', 'inter true']);
  expect(result.counters.lostPackets).toBe(1);
});

test('a picture that was lost altogether breaks what follows it', () => {
  const lost = picture(inter(2), 2).map((each) => ({ ...each, lost: true }));
  const result = run([...picture(key(1), 1), ...lost, ...picture(inter(3), 3)], { sets: [SPS, PPS] });
  expect(flags(result)).toEqual(['key true', 'inter false']);
});

test('without markers a unit ends where the next begins, and a loss between the two damages both', () => {
  const bare = (sent: Sent[]) => sent.map(({ marker: _, ...rest }) => rest);
  const units = [...picture(key(1), 1), ...picture(key(2), 2), ...picture(key(3), 3), ...picture(key(4), 4)];
  expect(flags(run(bare(units), { sets: [SPS, PPS] }))).toEqual(['key true', 'key true', 'key true']);
  const lossy = bare(units).map((each, i) => ({ ...each, lost: i === 5 }));
  expect(flags(run(lossy, { sets: [SPS, PPS] }))).toEqual(['key true', 'key false', 'key false']);
});

test('a missing slice is seen though the sequence is unbroken: no first slice, no end, no begin', () => {
  const noFirst = run([{ payload: key(1, false), timestamp: 1, marker: true }], { sets: [SPS, PPS] });
  expect(flags(noFirst)).toEqual(['key false']);
  const noEnd = picture(key(1), 1).slice(0, 2);
  noEnd[1]!.marker = true;
  expect(flags(run(noEnd, { sets: [SPS, PPS] }))).toEqual(['key false']);
  expect(flags(run(picture(key(1), 1).slice(1), { sets: [SPS, PPS] }))).toEqual(['key false']);
  const torn = [...picture(key(1), 1).slice(0, 2), { payload: key(1, false), timestamp: 1, marker: true }];
  expect(flags(run(torn, { sets: [SPS, PPS] }))).toEqual(['key false']);
});

test('timestamps that go back, as with B-frames or a clock that was set, part pictures all the same', () => {
  const result = run(
    [...picture(key(1), 9000), ...picture(inter(2), 18_000), ...picture(inter(3), 12_000), ...picture(inter(4), 4e9)],
    { sets: [SPS, PPS] },
  );
  expect(flags(result)).toEqual(['key true', 'inter true', 'inter true', 'inter true']);
});

test('a server that marks every slice is found out, and from then on its pictures are joined', () => {
  const two = (fill: number, timestamp: number): Sent[] => [
    { payload: key(fill), timestamp, marker: true },
    { payload: key(fill, false), timestamp, marker: true },
  ];
  const result = run([...two(1, 1), ...two(2, 2), ...two(3, 3)], { sets: [SPS, PPS] });
  expect(result.habits.markersEndUnits).toBe(false);
  expect(result.bytes.at(-1)).toEqual(annexB(SPS, PPS, key(2), key(2, false)));
  expect(result.units.at(-1)!.whole).toBe(true);
});

test('keys only: other pictures are counted, not passed on, and their loss is noticed', () => {
  const result = run(
    [
      ...picture(key(1), 1),
      ...picture(inter(2), 2),
      ...picture(inter(3), 3).map((each, i) => ({ ...each, lost: i === 1 })),
      ...picture(key(4), 4),
    ],
    { sets: [SPS, PPS], keyUnitsOnly: true },
  );
  expect(flags(result)).toEqual(['key true', 'key true']);
  expect(result.skipped).toBe(2);
  expect(result.counters).toMatchObject({ damagedUnits: 1, lostPackets: 1 });
});

test('all pictures wanted where only keys were: those up to the next key are not whole', () => {
  const wanted = (packets: Sent[]) => packets.map((each) => ({ ...each, keysOnly: false }));
  const midUnit = picture(inter(2), 2).map((each, i) => ({ ...each, keysOnly: i === 0 }));
  const result = run(
    [
      ...picture(key(1), 1),
      ...midUnit,
      ...wanted(picture(inter(3), 3)),
      ...picture(key(4), 4),
      ...picture(inter(5), 5),
    ],
    { sets: [SPS, PPS], keyUnitsOnly: true },
  );
  expect(flags(result)).toEqual(['key true', 'inter false', 'key true', 'inter true']);
  expect(result).toMatchObject({ skipped: 1, counters: { damagedUnits: 0 } });
});

test('packets twice, of another payload type, too short and of no version 2 do no harm', () => {
  const twice = picture(key(1), 1);
  const result = run([...twice, { payload: SEI, timestamp: 1, type: 97 }, ...picture(inter(2), 2)], {
    sets: [SPS, PPS],
  });
  expect(flags(result)).toEqual(['key true', 'inter true']);
});

test('H.265: aggregation, fragments and first slice flags', () => {
  const nal = (type: number, bytes: number[]) => Buffer.from([type << 1, 1, ...bytes]);
  const [vps, sps, pps] = [nal(32, [1, 2]), nal(33, [3, 4]), nal(34, [0xc0, 5])];
  const idr = nal(19, [0x80, ...Array(20).fill(7)]);
  const p = nal(1, [0x80, ...Array(10).fill(8)]);
  const length = (each: Buffer) => Buffer.from([0, each.length]);
  const together = Buffer.concat([
    Buffer.from([48 << 1, 1]),
    ...[vps, sps, pps].flatMap((each) => [length(each), each]),
  ]);
  const half = (start: boolean) =>
    Buffer.concat([
      Buffer.from([49 << 1, 1, (start ? 0x80 : 0x40) | 19]),
      start ? idr.subarray(2, 12) : idr.subarray(12),
    ]);
  const sent: Sent[] = [
    { payload: together, timestamp: 1 },
    { payload: half(true), timestamp: 1 },
    { payload: half(false), timestamp: 1, marker: true },
    { payload: p, timestamp: 2, marker: true },
  ];
  const result = run(sent, { codec: 'h265' });
  expect(flags(result)).toEqual(['key true', 'inter true']);
  expect(result.bytes[0]).toEqual(annexB(vps, sps, pps, idr));
  const second = Buffer.from(idr);
  second[2] = 0x10;
  const noFirst = [sent[0]!, { payload: second, timestamp: 1, marker: true }];
  expect(flags(run(noFirst, { codec: 'h265' }))).toEqual(['key false']);
});
