import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { WatchedCameraConfig } from '../analysis/messages.ts';
import { Fleet } from './fleet.ts';

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
    {
      onScene: () => Promise.resolve([]),
      onCameraState: () => undefined,
      onPictureFault: () => undefined,
      onView: () => undefined,
      onFingerprint: () => undefined,
      say: () => undefined,
    },
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
