import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { NoticeKind } from '#engine/contract/notice.ts';

/** The worker is served as it is, and imports nothing. */
const worker = readFileSync(fileURLToPath(new URL('../public/patrol-worker.js', import.meta.url)), 'utf8');

test('the phone’s worker has words for every kind of notice, and for no other', () => {
  const table = /const KINDS = \{([^}]*)\}/.exec(worker)![1]!;
  const kinds = [...table.matchAll(/^\s*'?([a-z-]+)'?: '/gm)].map(([, kind]) => kind);
  expect(kinds.sort()).toEqual([...NoticeKind.options].sort());
});
