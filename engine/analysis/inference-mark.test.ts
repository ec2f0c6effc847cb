import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { InferenceMark, markOf } from './inference-mark.ts';

const folder = mkdtempSync(join(tmpdir(), 'chengnao-mark-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('who is asked stands in the file, and nobody when it has answered', () => {
  const file = join(folder, 'deeper', 'shard.mark');
  const mark = new InferenceMark(file, (error) => expect(error).toBeNull());
  mark.enter(markOf('street-1'));
  expect(readFileSync(file, 'latin1').trim()).toBe('street-1');
  mark.leave();
  expect(readFileSync(file, 'latin1').trim()).toBe('');
  mark.close();
});

test('a file that cannot be opened, or not be written, is told once and stops nothing', () => {
  writeFileSync(join(folder, 'no-folder'), '');
  for (const file of [join(folder, 'no-folder', 'shard.mark'), '/dev/full']) {
    const told: unknown[] = [];
    const mark = new InferenceMark(file, (error) => told.push(error));
    for (let look = 0; look < 3; look++) {
      mark.enter(markOf('street-1'));
      mark.leave();
    }
    mark.close();
    expect(told).toEqual([expect.any(Error)]);
  }
});
