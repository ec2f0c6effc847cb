import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { VideoCodec } from '../access-unit.ts';
import { nowMs } from '../clock.ts';
import { KeyframeDecoders } from '../decoders.ts';
import { Recorder } from '../fixtures/listener.ts';
import { paintedClip } from '../fixtures/painted-clip.ts';
import { openStream } from '../open-stream.ts';

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'hls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A live playlist of one-second segments that is looped, with a discontinuity at its seam, and can be frozen. */
async function liveServer(codec: VideoCodec) {
  const clip = paintedClip({ codec, frames: 60, frameRate: 20, keyIntervalFrames: 20 });
  const raw = join(folder, `clip.${codec}`);
  writeFileSync(raw, Buffer.concat(clip.units.map(({ data }) => data)));
  const hls = '-c copy -f hls -hls_time 1 -hls_list_size 0 -hls_segment_filename'.split(' ');
  const input = ['-v', 'error', '-framerate', '20', '-f', codec === 'h264' ? 'h264' : 'hevc', '-i', raw];
  execFileSync('ffmpeg', [...input, ...hls, join(folder, `${codec}-%d.ts`), join(folder, `${codec}.m3u8`)]);
  const count = readdirSync(folder).filter((name) => name.startsWith(`${codec}-`)).length;
  const startedAtMs = nowMs() - 3000;
  let frozenAtMs: number | null = null;
  const server = createServer((request, response) => {
    const segment = /\/(\d+)\.ts$/.exec(request.url ?? '');
    if (segment !== null) {
      response.end(readFileSync(join(folder, `${codec}-${Number(segment[1]) % count}.ts`)));
      return;
    }
    const last = Math.floor(((frozenAtMs ?? nowMs()) - startedAtMs) / 1000);
    const lines = ['#EXTM3U', '#EXT-X-VERSION:3', '#EXT-X-TARGETDURATION:1', `#EXT-X-MEDIA-SEQUENCE:${last - 2}`];
    for (let number = last - 2; number <= last; number++) {
      if (number % count === 0) lines.push('#EXT-X-DISCONTINUITY');
      lines.push('#EXTINF:1.0,', `${number}.ts`);
    }
    response.end(`${lines.join('\n')}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://u:p@127.0.0.1:${(server.address() as AddressInfo).port}/live.m3u8`,
    freeze: (frozen: boolean) => {
      frozenAtMs = frozen ? nowMs() : null;
    },
    close: () => server.close(),
  };
}

function programs(): string {
  return spawnSync('pgrep', ['-P', String(process.pid), 'ffmpeg'])
    .stdout.toString()
    .trim();
}

test.skipIf(!hasFfmpeg)(
  'H.264: whole pictures over discontinuities; a stale playlist is noticed; no program is left',
  async () => {
    const server = await liveServer('h264');
    const recorder = new Recorder();
    const stream = openStream({ kind: 'url', url: server.url }, recorder, { silentAfterMs: 2000 });
    await recorder.when(() => recorder.units.length >= 50);
    const decoders = new KeyframeDecoders();
    const keys = recorder.units.filter(({ key }) => key);
    expect(keys.length).toBeGreaterThanOrEqual(2);
    for (const key of keys) expect(decoders.decode(key)).toMatchObject({ widthPx: 320, heightPx: 192 });
    decoders.close();

    server.freeze(true);
    await recorder.whenState('offline');
    expect(recorder.reason).toMatch(/^no picture for/);
    server.freeze(false);
    await recorder.whenState('playing');
    expect(programs()).not.toBe('');
    const closingAtMs = nowMs();
    await stream.close();
    expect(nowMs() - closingAtMs).toBeLessThan(1000);
    expect(programs()).toBe('');
    server.close();
  },
);

test.skipIf(!hasFfmpeg)(
  'H.265 is found out, and a stream that is closed while it starts leaves no program',
  async () => {
    const server = await liveServer('h265');
    const recorder = new Recorder();
    const stream = openStream({ kind: 'url', url: server.url }, recorder, { keyUnitsOnly: true });
    await recorder.when(() => recorder.units.length >= 2);
    expect(recorder.units.every(({ codec, key, whole }) => codec === 'h265' && key && whole)).toBe(true);
    expect(recorder.states.map(({ state }) => state)).toEqual(['connecting', 'playing']);
    await stream.close();
    const hasty = openStream({ kind: 'url', url: server.url }, new Recorder());
    await sleep(1);
    await hasty.close();
    expect(programs()).toBe('');
    const nowhere = new Recorder();
    const missing = openStream({ kind: 'url', url: 'http://u:secret@127.0.0.1:1/a.m3u8?token=abc' }, nowhere);
    await nowhere.whenState('offline');
    expect(nowhere.reason).toContain('Connection refused');
    expect(nowhere.reason).not.toMatch(/secret|abc/);
    await missing.close();
    server.close();
  },
);
