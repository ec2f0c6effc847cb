import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { AlgorithmMove, AlgorithmStage } from '#engine/contract/algorithm.ts';
import { CameraFault, CameraState, PictureFaultCode } from '#engine/contract/camera.ts';
import { InspectionCode } from '#engine/contract/inspection.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

function entries(words: object, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, said]): [string, string][] =>
    typeof said === 'string' ? [[`${path}${key}`, said]] : entries(said, `${path}${key}.`),
  );
}

const holes = (said: string): string[] => [...said.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').sort();

test('both languages say the same things', () => {
  expect(entries(en).map(([key]) => key)).toEqual(entries(zh).map(([key]) => key));
});

test('nothing is said with nothing, and English says no Chinese but the name of the other language', () => {
  expect([...entries(zh), ...entries(en)].filter(([, said]) => said.trim() === '')).toEqual([]);
  const chinese = entries(en).filter(([, said]) => /\p{Script=Han}/u.test(said));
  expect(chinese.map(([key]) => key)).toEqual(['header.language', 'header.languageHint']);
});

test('each saying leaves the same holes to fill in both languages', () => {
  const inEnglish = new Map(entries(en));
  for (const [key, said] of entries(zh)) expect([key, holes(inEnglish.get(key) ?? '')]).toEqual([key, holes(said)]);
});

test('each state and each fault of a camera has words in both languages, and no two faults the same', () => {
  for (const words of [zh, en]) {
    expect(Object.keys(words.fault).sort()).toEqual([...CameraFault.options].sort());
    for (const state of CameraState.options) expect(words.camera[state]).not.toBe('');
    expect(new Set(Object.values(words.fault)).size).toBe(CameraFault.options.length);
    expect(Object.keys(words.pictureFault).sort()).toEqual([...PictureFaultCode.options].sort());
  }
});

test('each finding of an inspection and each move of a version has words in both languages, and no two findings the same', () => {
  for (const words of [zh, en]) {
    expect(Object.keys(words.finding).sort()).toEqual([...InspectionCode.options].sort());
    expect(new Set(Object.values(words.finding)).size).toBe(InspectionCode.options.length);
    expect(Object.keys(words.algorithms.stage)).toEqual(AlgorithmStage.options);
    expect(Object.keys(words.algorithms.move)).toEqual(AlgorithmMove.options);
  }
});

test('each question that an uploaded model may raise has words in both languages', () => {
  const source = readFileSync(new URL('../../models/question.ts', import.meta.url), 'utf8');
  const codes = [...source.matchAll(/\| '([a-z-]+)'/g)].map(([, code]) => code ?? '').sort();
  expect(codes.length).toBeGreaterThan(10);
  for (const words of [zh, en]) expect(Object.keys(words.question).sort()).toEqual(codes);
});
