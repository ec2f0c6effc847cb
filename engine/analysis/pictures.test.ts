import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Frame } from '#streams/frame.ts';
import type { EvidencePicture, Observation } from '../contract/observation.ts';
import { PictureBook } from './pictures.ts';

const WIDTH_PX = 32;
const HEIGHT_PX = 16;

/** A decoder as the shard has it: one frame object, lent out again and again, its brightness naming the unit. */
class OneFrameDecoder implements Frame {
  widthPx = WIDTH_PX;
  heightPx = HEIGHT_PX;
  capturedAtMs = 0;
  #brightness = 0;

  decode(capturedAtMs: number, brightness: number): Frame {
    this.capturedAtMs = capturedAtMs;
    this.#brightness = brightness;
    return this;
  }
  copyRgb(): Buffer {
    return Buffer.alloc(WIDTH_PX * HEIGHT_PX * 3, this.#brightness);
  }
  writeGray(): void {}
  writeRgb(): void {}
  crop(): Frame {
    return this;
  }
}

function fact(key: string, phase: Observation['phase'], atMs: number): Observation {
  return {
    key,
    rule: 'illegal-parking',
    classGroup: 'vehicle',
    phase,
    zoneKind: 'no-parking',
    zoneIndex: 0,
    boxes: [{ xyxy: [0, 0, 0.5, 0.5], class: key, score: 0.9 }],
    confidence: 0.9,
    dwellMs: 0,
    startedAtMs: 0,
    lastSeenAtMs: atMs,
    lngLat: [116, 37],
    errorM: 50,
  };
}

async function brightnessOf({ jpeg }: EvidencePicture): Promise<number> {
  const { channels } = await sharp(jpeg).stats();
  return Math.round(channels[0]!.mean);
}

test('two facts that begin in one frame each get that frame and their own first one', async () => {
  const decoder = new OneFrameDecoder();
  const book = new PictureBook();
  const see = (atMs: number, brightness: number, ...facts: Observation[]) =>
    book.turnPage(decoder.decode(atMs, brightness), facts, () => decoder.decode(atMs, brightness), 30_000);

  see(1000, 40, fact('van', 'pending', 1000));
  see(2000, 90, fact('van', 'pending', 2000), fact('car', 'pending', 2000));
  const pictures = see(3000, 200, fact('van', 'standing', 3000), fact('car', 'standing', 3000));

  const shown = async (key: string) =>
    Promise.all(
      (await pictures.get(key)!).map(async (picture) => [
        picture.moment,
        picture.capturedAtMs,
        await brightnessOf(picture),
        picture.boxes[0]!.class,
      ]),
    );
  expect(await shown('van')).toEqual([
    ['first-seen', 1000, 40, 'van'],
    ['onset', 3000, 200, 'van'],
  ]);
  expect(await shown('car')).toEqual([
    ['first-seen', 2000, 90, 'car'],
    ['onset', 3000, 200, 'car'],
  ]);
});

test('without coded bytes to decode again, the first picture is taken at once', async () => {
  const decoder = new OneFrameDecoder();
  const book = new PictureBook();
  book.turnPage(decoder.decode(1000, 40), [fact('van', 'pending', 1000)], null, 30_000);
  const pictures = book.turnPage(decoder.decode(2000, 90), [fact('van', 'standing', 2000)], null, 30_000);
  expect(await Promise.all((await pictures.get('van')!).map(brightnessOf))).toEqual([40, 90]);
});

test('pictures are sent again until they are filed, then only the latest one now and then', async () => {
  const decoder = new OneFrameDecoder();
  const book = new PictureBook();
  const sent = (atMs: number) =>
    book.turnPage(decoder.decode(atMs, 9), [fact('van', 'standing', atMs)], null, 5000).size;
  expect([sent(0), sent(1000), sent(2000), sent(3000), sent(4000)]).toEqual([1, 0, 1, 0, 1]);
  book.filed(['van']);
  expect([sent(4500), sent(5000), sent(6000), sent(9000), sent(10_000)]).toEqual([0, 1, 0, 0, 1]);
});

test('a late answer about an earlier fact of the same name keeps no picture of a new one back', () => {
  const decoder = new OneFrameDecoder();
  const book = new PictureBook();
  const sent = (atMs: number, ...facts: Observation[]) =>
    book.turnPage(decoder.decode(atMs, 9), facts, null, 5000).size;
  expect([sent(0, fact('van', 'standing', 0)), sent(1000), sent(2000, fact('van', 'pending', 2000))]).toEqual([
    1, 0, 0,
  ]);
  book.filed(['van']);
  expect(sent(3000, fact('van', 'standing', 3000))).toBe(1);
});

test('the first picture is taken when its fact is about to stand, once, and not before', async () => {
  const decoder = new OneFrameDecoder();
  const book = new PictureBook();
  const againAtMs: number[] = [];
  const see = (atMs: number, phase: Observation['phase']) => {
    const again = () => {
      againAtMs.push(atMs);
      return decoder.decode(atMs, atMs / 100);
    };
    return book.turnPage(
      decoder.decode(atMs, atMs / 100),
      [{ ...fact('van', phase, atMs), dwellMs: 6000 }],
      again,
      1e9,
    );
  };
  const takenBy = [1000, 2000, 3000, 4000, 5000, 5500].map((atMs) => {
    see(atMs, 'pending');
    return againAtMs.length;
  });
  expect(takenBy).toEqual([0, 0, 0, 0, 1, 1]);
  const [first, onset] = await see(6500, 'standing').get('van')!;
  expect(againAtMs).toEqual([1000, 6500]);
  expect([first?.moment, await brightnessOf(first!), onset?.moment]).toEqual(['first-seen', 10, 'onset']);
});

test('once a fact is filed, the coded bytes of its first sight are let go', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const decoder = new OneFrameDecoder();
  const book = new PictureBook();
  const see = async (atMs: number, phase: Observation['phase']) => {
    const coded = Buffer.alloc(4096);
    const again = () => decoder.decode(atMs, coded[0]!);
    await book.turnPage(decoder.decode(atMs, 9), [fact('van', phase, atMs)], again, 1e9).get('van');
    return new WeakRef(coded);
  };
  const first = await see(1000, 'pending');
  await see(2000, 'standing');
  await turn();
  collect();
  expect(first.deref()).toBeDefined();
  book.filed(['van']);
  await turn();
  collect();
  expect(first.deref()).toBeUndefined();
});
