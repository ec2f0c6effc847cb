/**
 * `npm run bench:video [-- --tiles 16 --seconds 20]`: what it costs the server that somebody looks at a grid of tiles. The
 * product watches as many cameras; its CPU time is measured without and with one page that has all of them open, so the
 * difference is the video alone: taking all pictures off the network instead of the keys, and handing them on. Prints one
 * JSON line. Linux alone.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { nowMs } from '#streams/clock.ts';
import { VIDEO_PATH, VideoNews } from '../contract/video.ts';
import { readVideoUnit } from '../contract/video-unit.ts';
import { PARKING_ZONES } from '../proofs/parking-zones.ts';
import { Product, until } from '../proofs/product.ts';
import { describeWorkload, makeClip, type Workload } from './clips.ts';
import { OUTCOME_OPTIONS, percentile, printOutcome, round } from './outcome.ts';
import { cpuMsOf, startCameras } from './programs.ts';

const { values } = parseArgs({
  options: {
    ...OUTCOME_OPTIONS,
    tiles: { type: 'string', default: '16' },
    seconds: { type: 'string', default: '20' },
  },
});
const workload: Workload = { codec: 'h264', heightPx: 360, scene: 'moving' };
const tiles = Number(values.tiles);
const seconds = Number(values.seconds);
const WARM_MS = 5000;

const { urls, stop } = await startCameras(await makeClip(workload), tiles);
const product = await Product.start({ env: { CHENGNAO_SHARDS: '1' } });
try {
  await product.signIn();
  const ids = urls.map((_, i) => `cam${i}`);
  for (const [i, url] of urls.entries()) {
    const camera = {
      ...{ id: ids[i], name: ids[i], source: { kind: 'url', url }, lngLat: [116.36, 37.43] },
      // Analysed, so that it is open before somebody looks: what looking costs is the difference.
      ...{ views: [{ zones: PARKING_ZONES }], algorithms: [{ rule: 'illegal-parking', dwellMs: 3_600_000 }] },
    };
    await product.api('POST', '/api/cameras', camera);
  }
  for (const id of ids) await until(`${id} plays`, 30_000, async () => (await product.camera(id)).state === 'playing');

  await sleep(WARM_MS);
  const without = await measure();
  const page = await openPage(ids);
  await sleep(WARM_MS);
  page.restart();
  const looked = await measure();
  page.close();

  const server = looked.server - without.server;
  const shard = looked.shard - without.shard;
  page.agesMs.sort((a, b) => a - b);
  printOutcome(
    {
      bench: 'video',
      workload: `${describeWorkload(workload)}, ${tiles} tiles on one page`,
      cores: round(server + shard, 3),
      serverCores: round(server, 3),
      shardCores: round(shard, 3),
      picturesPerSecond: round(page.pictures / seconds, 1),
      mbitPerSecond: round((page.bytes * 8) / 1e6 / seconds, 2),
      ageMsP50: round(percentile(page.agesMs, 0.5), 1),
      ageMsP95: round(percentile(page.agesMs, 0.95), 1),
      serverCoresWithout: round(without.server, 3),
      shardCoresWithout: round(without.shard, 3),
    },
    values,
  );
} finally {
  await product.end();
  stop();
}
process.exit(0);

/** Cores that the server and its shard were busy with in the next seconds. */
async function measure(): Promise<{ server: number; shard: number }> {
  const shardPid = shardOf(product.pid);
  const beganMs = nowMs();
  const before = { server: cpuMsOf(product.pid), shard: cpuMsOf(shardPid) };
  await sleep(seconds * 1000);
  const spanMs = nowMs() - beganMs;
  return {
    server: (cpuMsOf(product.pid) - before.server) / spanMs,
    shard: (cpuMsOf(shardPid) - before.shard) / spanMs,
  };
}

function shardOf(parentPid: number): number {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const parent = Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]!.split(' ')[1]);
      if (parent === parentPid && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('analysis/main.ts'))
        return Number(name);
    } catch {
      // A process that has ended meanwhile.
    }
  }
  throw new Error(`got no child of ${parentPid} that is a shard, expected one`);
}

/** A page that has all cameras open and only counts. The age of a picture is from its arrival at the engine to here. */
async function openPage(ids: string[]) {
  const line = new WebSocket(product.url.replace('http', 'ws') + VIDEO_PATH, { headers: { cookie: product.cookie } });
  const page = {
    pictures: 0,
    bytes: 0,
    agesMs: [] as number[],
    restart() {
      page.pictures = page.bytes = 0;
      page.agesMs = [];
    },
    close: () => line.close(),
  };
  let opened = 0;
  line.on('message', (data, isBinary) => {
    if (!isBinary) {
      if (VideoNews.parse(JSON.parse(String(data))).kind === 'opened') opened++;
      return;
    }
    const unit = readVideoUnit(data as Buffer);
    if (!unit?.whole) return;
    page.pictures++;
    page.bytes += unit.data.byteLength;
    page.agesMs.push(nowMs() - unit.capturedAtMs);
  });
  await new Promise((resolve, reject) => line.once('open', resolve).once('error', reject));
  for (const cameraId of ids) line.send(JSON.stringify({ kind: 'play', cameraId }));
  await until('all cameras are open', 10_000, async () => opened === ids.length);
  return page;
}
