import { expect, test } from 'vitest';
import { DecodeDeviceName } from '#config/decode-device.ts';
import type { AccessUnit } from './access-unit.ts';
import { DecodeDevice } from './decode-device.ts';
import { InterDecoder, KeyframeDecoders } from './decoders.ts';
import { paintedClip } from './fixtures/painted-clip.ts';
import { describeUnit } from './nal-units/describe.ts';
import { ParameterSets } from './nal-units/parameter-sets.ts';

function unitsOf(codec: 'h264' | 'h265'): AccessUnit[] {
  const sets = new ParameterSets(codec);
  return paintedClip({ codec }).units.map(({ data }, i) => describeUnit(codec, data, sets, 1000 + i * 50)!);
}

/** The pictures of a clip's keys, and of all its units. */
function decodeAll(units: readonly AccessUnit[], device?: DecodeDevice): Buffer[] {
  const keys = new KeyframeDecoders(device);
  const each = keys.openInter();
  const pictures: Buffer[] = [];
  for (const unit of units) {
    for (const frame of [keys.decode(unit), each.decode(unit)]) if (frame) pictures.push(frame.copyRgb());
  }
  each.close();
  keys.close();
  return pictures;
}

function furthestApart(a: Buffer, b: Buffer): number {
  let furthest = 0;
  for (let i = 0; i < a.length; i++) furthest = Math.max(furthest, Math.abs(a[i]! - b[i]!));
  return furthest;
}

test.each(DecodeDeviceName.options.flatMap((name) => (['h264', 'h265'] as const).map((codec) => ({ name, codec }))))(
  '$codec on $name: no picture is missing, and what the card cannot do is told once',
  ({ name, codec }) => {
    const units = unitsOf(codec);
    const refusals: string[] = [];
    const device = new DecodeDevice(name, (refusal) => refusals.push(refusal));
    const [got, expected] = [decodeAll(units, device), decodeAll(units)];
    device.close();
    expect(got).toHaveLength(expected.length);
    // A card may round another way.
    for (const [i, picture] of got.entries()) expect(furthestApart(picture, expected[i]!)).toBeLessThanOrEqual(3);
    expect(refusals.length).toBeLessThanOrEqual(name === 'cpu' ? 0 : 1);
    for (const refusal of refusals) expect(refusal).toMatch(/got .+, expected .+; the CPU decodes instead$/);
  },
);

/** A card that takes every decoder, and whose pictures never come. */
class DeadCard extends DecodeDevice {
  asked = 0;
  fetched = 0;
  constructor() {
    super('cpu', () => undefined);
  }
  override equip(): boolean {
    this.asked++;
    return this.fetched === 0;
  }
  override fetch(): null {
    this.fetched++;
    return null;
  }
}

test('where the card’s pictures do not come, the next key is decoded by a decoder of the CPU', () => {
  const units = unitsOf('h264');
  const card = new DeadCard();
  const each = new InterDecoder(undefined, card);
  const [first, ...rest] = units.map((unit) => each.decode(unit) !== null);
  expect(first).toBe(false);
  expect(rest.indexOf(true) + 1).toBe(units.findIndex(({ key }, i) => key && i > 0));
  each.close();
  expect([card.asked, card.fetched]).toEqual([2, 1]);
});
