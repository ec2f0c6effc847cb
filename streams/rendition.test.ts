import { expect, test } from 'vitest';
import type { AccessUnit } from './access-unit.ts';
import { InterDecoder } from './decoders.ts';
import type { Clip } from './files/clip.ts';
import { type Painting, paintedClip } from './fixtures/painted-clip.ts';
import { type RenderedUnit, Rendition, type RenditionSize } from './rendition.ts';

const LARGE: RenditionSize = { mostWidthPx: 1280, mostHeightPx: 720 };

type Given = Parameters<Rendition['take']>[0];
const unitsOf = ({ codec, units, parameterSets }: Clip): Given[] =>
  units.map(({ data, key }, i) => ({
    codec,
    key,
    whole: true,
    capturedAtMs: 1_700_000_000_000.25 + i * 50,
    data: key ? Buffer.concat([parameterSets, data]) : data,
  }));

function render(units: Given[], size = LARGE): { came: RenderedUnit[]; took: boolean[] } {
  const came: RenderedUnit[] = [];
  const rendition = new Rendition(size, (unit) => came.push(unit));
  const took = units.map((unit) => rendition.take(unit));
  rendition.close();
  return { came, took };
}

/** Width, height and mean red and blue of each picture that comes of it. */
function look(came: readonly RenderedUnit[]) {
  const decoder = new InterDecoder();
  const seen = came.map(({ key, capturedAtMs, data }) => {
    const unit: AccessUnit = {
      codec: 'h264',
      parts: [data],
      bytes: data.length,
      key,
      whole: true,
      capturedAtMs,
      parameterSets: 'rendition',
    };
    const frame = decoder.decode(unit);
    if (!frame) return null;
    const rgb = frame.copyRgb();
    let [red, blue] = [0, 0];
    for (let i = 0; i < rgb.length; i += 3) {
      red += rgb[i]!;
      blue += rgb[i + 2]!;
    }
    const pixels = rgb.length / 3;
    const { widthPx, heightPx } = frame;
    return { widthPx, heightPx, red: red / pixels, blue: blue / pixels, capturedAtMs: frame.capturedAtMs };
  });
  decoder.close();
  return seen;
}

const RED: Painting['colour'] = [90, 220];

test('every picture of H.265 comes out at once as one of H.264, of its own colour and its own time', () => {
  const units = unitsOf(paintedClip({ codec: 'h265', frames: 20, colour: RED }));
  const { came, took } = render(units);
  expect(took).not.toContain(false);
  expect(came.map(({ capturedAtMs }) => capturedAtMs)).toEqual(units.map(({ capturedAtMs }) => capturedAtMs));
  expect(came.map(({ key }) => key)).toEqual(units.map(({ key }) => key));
  for (const picture of look(came)) {
    expect(picture).toMatchObject({ widthPx: 320, heightPx: 192 });
    expect(picture!.red - picture!.blue).toBeGreaterThan(100);
  }
});

test('a picture that is too large is scaled to fit, its shape kept; one of full range keeps its colours', () => {
  const { came } = render(unitsOf(paintedClip({ frames: 10, colour: RED, fullRange: true })), {
    mostWidthPx: 200,
    mostHeightPx: 1000,
  });
  const [small] = look(came);
  expect(small).toMatchObject({ widthPx: 200, heightPx: 120 });
  const [same] = look(render(unitsOf(paintedClip({ frames: 10, colour: RED, fullRange: true }))).came);
  expect(Math.abs(small!.red - same!.red)).toBeLessThan(6);
  expect(Math.abs(small!.blue - same!.blue)).toBeLessThan(6);
});

test('pictures that were reordered for coding come in the order in which they are shown', () => {
  const clip = paintedClip({ frames: 20, bFrames: 2 });
  const { came } = render(unitsOf(clip));
  // The last ones stay inside, as no later unit pushes them out.
  expect(came.length).toBeGreaterThanOrEqual(17);
  expect(look(came).filter(Boolean).length).toBe(came.length);
});

test('after a unit that is not whole nothing comes before the next whole key', () => {
  const units = unitsOf(paintedClip({ frames: 30, keyIntervalFrames: 10 }));
  units[4] = { ...units[4]!, whole: false };
  const { came, took } = render(units);
  expect(took.map((taken, i) => (taken ? null : i)).filter((i) => i !== null)).toEqual([4, 5, 6, 7, 8, 9]);
  const missing = new Set(units.slice(4, 10).map(({ capturedAtMs }) => capturedAtMs));
  expect(came).toHaveLength(24);
  expect(came.some(({ capturedAtMs }) => missing.has(capturedAtMs))).toBe(false);
});

test('a viewer that comes in the middle of a long key interval waits for fifty pictures at most', () => {
  const { came } = render(unitsOf(paintedClip({ frames: 120, keyIntervalFrames: 120 })));
  const keys = came.flatMap(({ key }, i) => (key ? [i] : []));
  expect(keys).toEqual([0, 50, 100]);
});
