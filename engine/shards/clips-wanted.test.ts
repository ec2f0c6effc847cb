import { expect, test } from 'vitest';
import type { CutOutcome, ToShard } from '../analysis/messages.ts';
import { ClipsWanted } from './clips-wanted.ts';
import type { ShardProcess } from './shard-process.ts';

const shardOf = (pid: number | undefined, told: ToShard[]) =>
  ({ pid, tell: (message: ToShard) => told.push(message) > 0 }) as unknown as ShardProcess;

test('each clip that was wanted is answered once: by its shard, or for it when it is not there or has ended', () => {
  const told: ToShard[] = [];
  const answers: [string, CutOutcome][] = [];
  const wanted = new ClipsWanted((alertId, outcome) => answers.push([alertId, outcome]));
  const [one, two] = [shardOf(1, told), shardOf(2, told)];
  for (const [shard, id] of [
    [one, 'a'],
    [one, 'b'],
    [two, 'c'],
    [shardOf(undefined, told), 'd'],
    [undefined, 'e'],
  ] as const)
    wanted.ask(shard, { id, cameraId: 'cam', onsetMs: 5 });
  expect(told.map((message) => 'alertId' in message && message.alertId)).toEqual(['a', 'b', 'c']);
  expect(answers).toEqual([
    ['d', 'analysis-ended'],
    ['e', 'analysis-ended'],
  ]);
  answers.length = 0;
  wanted.answered('a', 'nothing-kept');
  wanted.answered('a', 'spool-full');
  wanted.shardEnded(one);
  wanted.answered('b', 'nothing-kept');
  expect(answers).toEqual([
    ['a', 'nothing-kept'],
    ['b', 'analysis-ended'],
  ]);
  wanted.shardEnded(two);
  expect(answers.at(-1)).toEqual(['c', 'analysis-ended']);
});
