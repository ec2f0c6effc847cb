import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findsRows, madeManifest, madePackage } from '#models/made-package.ts';
import { paintedClip } from '#streams/fixtures/painted-clip.ts';
import { startRtspServer } from '#streams/rtsp/server.ts';
import type { WatchedCameraConfig } from '../analysis/messages.ts';
import { Fleet, type ModelDeath } from './fleet.ts';

const DEAF = {
  onScene: () => Promise.resolve([]),
  onCameraState: () => undefined,
  onPictureFault: () => undefined,
  onView: () => undefined,
  onFingerprint: () => undefined,
  say: () => undefined,
};

const camera = (id: string, url: string): WatchedCameraConfig => ({
  id,
  source: { kind: 'url', url },
  lngLat: [116, 37],
  views: [{ id: 'default', zones: [], drawing: '', fingerprint: null }],
  algorithms: [],
  decode: 'as-needed',
});

test('cameras with one source are in one shard, also when they come to have it later; the others are spread', async () => {
  const fleet = new Fleet(
    {
      modelFolder: fileURLToPath(new URL('../../models/street', import.meta.url)),
      timeZone: 'Asia/Shanghai',
      longestQuietMs: 15_000,
      latestPictureMs: 30_000,
      shards: 2,
    },
    DEAF,
  );
  const spread = () => fleet.shards.map(({ cameras }) => [...cameras.keys()].sort().join(' '));
  const at = (host: number) => `rtsp://192.0.2.${host}/`;
  fleet.setCameras([
    camera('a', at(1)),
    camera('b', at(1)),
    camera('c', at(2)),
    camera('d', at(3)),
    camera('e', at(2)),
  ]);
  expect(spread()).toEqual(['a b', 'c d e']);
  fleet.setCamera(camera('d', at(1)));
  expect(spread()).toEqual(['a b d', 'c e']);
  // One that goes its own way again stays where it is.
  fleet.setCamera(camera('b', at(4)));
  fleet.setCamera(camera('f', at(4)));
  expect(spread()).toEqual(['a b d f', 'c e']);
  await fleet.close();
});

test('a shard that is killed while it asks a version says which one it was; killed at rest it says none', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'chengnao-fleet-'));
  const server = await startRtspServer({
    port: 0,
    clips: { street: paintedClip({ frames: 40, keyIntervalFrames: 4 }) },
  });
  // A look takes long enough to be met in it.
  const graph = { ...findsRows([[0, 0, 4, 4, 0.9, 0.1]]), loops: 400_000 };
  const folder = await madePackage(madeManifest({ top: { name: 'slow' } }), ['cat', 'dog'], graph);
  const deaths: [string, ModelDeath][] = [];
  const ends: string[] = [];
  const fleet = new Fleet(
    {
      ...{ modelFolder: folder, timeZone: 'Asia/Shanghai', longestQuietMs: 200, latestPictureMs: 30_000, shards: 1 },
      models: [{ versionId: 'slow-1', algorithm: 'slow', isSites: true, folder, runs: 'within' }],
      spool: { folder: join(scratch, 'spool'), shardLimitBytes: 2 ** 24 },
    },
    {
      ...DEAF,
      onModelEnded: (versionId, death) => deaths.push([versionId, death]),
      say: (line) => ends.push(line),
    },
  );
  const zones = [
    {
      kind: 'no-parking' as const,
      polygon: [
        [0, 0],
        [1, 0],
        [1, 1],
      ] as [number, number][],
    },
  ];
  const watched = {
    ...camera('a', server.url('street')),
    views: [{ id: 'default', zones, drawing: '', fingerprint: null }],
    algorithms: [{ rule: 'illegal-parking' as const, dwellMs: 1000 }],
    samplePeriodMs: 200,
  };
  const asked = () => readFileSync(join(scratch, 'spool/shard-1.mark'), 'latin1').trim();
  fleet.setCameras([]);
  const [shard] = fleet.shards;
  await expect.poll(() => shard?.state, { timeout: 20_000 }).toBe('running');
  await expect.poll(asked).toBe('');
  process.kill(shard!.pid!, 'SIGKILL');
  await expect.poll(() => ends.length, { timeout: 10_000 }).toBe(1);
  expect(deaths).toEqual([]);
  fleet.setCameras([watched]);
  await expect.poll(asked, { timeout: 30_000, interval: 1 }).toBe('slow-1');
  process.kill(shard!.pid!, 'SIGKILL');
  await expect.poll(() => deaths.length, { timeout: 10_000 }).toBe(1);
  expect(deaths[0]).toEqual(['slow-1', { process: 'shard', how: 'SIGKILL', log: '' }]);
  await fleet.close();
  await server.close();
  rmSync(scratch, { recursive: true, force: true });
}, 90_000);
