import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { newDetections, openDetector } from './detector.ts';
import { readPackage } from './package.ts';

const STREET = fileURLToPath(new URL('./street', import.meta.url));

test('a provider that does not work is told with what was got and expected, and the CPU does its work', async () => {
  const detector = await openDetector(await readPackage(STREET), { executionProvider: 'tensorrt' });
  // A machine with the libraries and a card runs it there: then nothing is refused.
  if (detector.runsOn.provider === 'tensorrt') expect(detector.runsOn.refusal).toBeNull();
  else {
    expect(detector.runsOn.provider).toBe('cpu');
    expect(detector.runsOn.refusal).toMatch(/^got ".+" from tensorrt, expected .+ cpu, .+ the CPU is used instead$/);
  }
  const out = newDetections();
  await detector.detect({ widthPx: 416, heightPx: 416, writeRgb: (rgb) => void rgb.fill(90) }, out);
  await detector.close();
});

test('the CPU is what is used when nothing is wanted', async () => {
  const detector = await openDetector(await readPackage(STREET));
  expect(detector.runsOn).toEqual({ provider: 'cpu', refusal: null });
  await detector.close();
});
