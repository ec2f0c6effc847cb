import { beforeEach, expect, test, vi } from 'vitest';
import { Refused } from '../live/ask.ts';
import { changePost, type OutboxPost, putPosts, readPosts, sendPosts } from './outbox.ts';

/** What the browser keeps, in memory. */
vi.mock('idb', () => {
  const rows = new Map<number, OutboxPost>();
  let last = 0;
  const store = {
    add: async (post: OutboxPost) => void rows.set(++last, { ...post, n: last }),
  };
  const kept = {
    transaction: () => ({ store, done: Promise.resolve() }),
    getAll: async () => [...rows.values()].sort((one, other) => one.n! - other.n!),
    put: async (_name: string, post: OutboxPost) => void rows.set(post.n!, post),
    delete: async (_name: string, n: number) => void rows.delete(n),
  };
  return { openDB: async () => kept };
});

/** What the server says to a path: taken where nothing is said. */
const answers = new Map<string, () => Promise<Response>>();
const asked: string[] = [];
vi.mock('../live/ask.ts', async (original) => ({
  ...(await original<typeof import('../live/ask.ts')>()),
  request: async (path: string) => {
    asked.push(path.replace('/api/patrol', ''));
    return (await answers.get(path.replace('/api/patrol', ''))?.()) ?? new Response(null, { status: 204 });
  },
}));

const refusal = (status: number, code: string) => async () => {
  throw new Refused(status, { code, message: code, got: null, expected: null });
};
const post = (caseId: string, path: string, blob: Blob | null = null): Omit<OutboxPost, 'n'> => ({
  ...{ accountId: 'zhang', clientId: path, caseId, what: 'step', kind: 'noted', path, json: {}, blob, query: {} },
  ...{ madeAt: '2026-11-30T00:00:00Z', conflict: null },
});
const left = async () => (await readPosts('zhang')).map(({ path }) => path);
const send = () => sendPosts('zhang', async () => undefined);
vi.stubGlobal('navigator', { onLine: true });
beforeEach(async () => {
  asked.length = 0;
  answers.clear();
  await send();
  asked.length = 0;
});

test('a photo that does not get through, and a server that ails, hold up their own case alone', async () => {
  answers.set('/a-photo', refusal(0, 'unreachable'));
  answers.set('/b-1', refusal(503, 'ails'));
  await putPosts([post('a', '/a-photo', new Blob(['x'])), post('a', '/a-2'), post('b', '/b-1'), post('c', '/c-1')]);
  expect(await send(), 'it is tried again').toBe(false);
  expect(await left()).toEqual(['/a-photo', '/a-2', '/b-1']);
  expect(asked).toEqual(['/a-photo', '/b-1', '/c-1']);
});

test('where not even words get through, or nobody is signed in, nothing else is tried', async () => {
  await putPosts([post('a', '/a-1'), post('b', '/b-1')]);
  for (const status of [0, 401]) {
    asked.length = 0;
    answers.set('/a-1', refusal(status, 'not now'));
    expect(await send()).toBe(false);
    expect(asked).toEqual(['/a-1']);
  }
});

test('what the officer settles while another is on its way is sent in the same round', async () => {
  answers.set('/a-1', refusal(409, 'case-state'));
  await putPosts([post('a', '/a-1'), post('a', '/a-2'), post('b', '/b-1')]);
  answers.set('/b-1', async () => {
    answers.delete('/a-1');
    const [refused] = await readPosts('zhang');
    expect(refused!.conflict).toMatchObject({ code: 'case-state' });
    await changePost({ ...refused!, conflict: null });
    return new Response(null, { status: 204 });
  });
  expect(await send()).toBe(true);
  expect(await left()).toEqual([]);
  expect(asked).toEqual(['/a-1', '/b-1', '/a-1', '/a-2']);
});
