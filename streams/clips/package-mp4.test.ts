import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { overlayPicture, ProgramError, packageMp4, probeVideo } from '../ffmpeg.ts';
import { type Painting, paintedClip } from '../fixtures/painted-clip.ts';
import { pictureTimes } from './picture-times.ts';
import { TransportStream } from './transport-stream.ts';

const scratch = mkdtempSync(join(tmpdir(), 'chengnao-package-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Probed {
  streams: { codec_name: string; codec_tag_string: string }[];
  frames: { pts_time: string; pict_type: string; key_frame: number }[];
  format: { duration: string };
}

/** What another program finds in the file; it decodes every picture of it. */
function probed(file: string): Probed {
  const args = ['-v', 'error', '-show_streams', '-show_frames', '-show_format', '-select_streams', 'v', '-of', 'json'];
  return JSON.parse(execFileSync('ffprobe', [...args, file], { encoding: 'utf8' }));
}

/** As from the network: a key, then more than a second of nothing, then every picture. */
async function packaged(painting: Painting, name: string) {
  const { codec = 'h264', frameRate = 20 } = painting;
  const clip = paintedClip({ frames: 40, keyIntervalFrames: 10, ...painting });
  const units = clip.units.map(({ data, key, showAtMs }, i) => ({
    data,
    key,
    capturedAtMs: 50_000 + (i * 1000) / frameRate + (i % 3) * 4 + (i >= 10 ? 12_000 : 0),
    shownAtTicks: (2 ** 32 - 9000 + Math.round(showAtMs * 90) + (i >= 10 ? 1_080_000 : 0)) % 2 ** 32,
  }));
  const kept = [units[0]!, ...units.slice(10)];
  const times = pictureTimes(kept);
  const stream = new TransportStream(codec);
  const file = join(scratch, `${name}.mp4`);
  const parts = [stream.begin(), ...kept.map(({ data, key }, i) => stream.picture(data, times[i]!, key))];
  await packageMp4(Readable.from(parts), codec, file);
  return { file, kept, times };
}

const KINDS: Record<string, Painting> = {
  h264: {},
  'h264 with B-frames': { bFrames: 2 },
  'h264 in slices': { slices: 3 },
  h265: { codec: 'h265' },
  'h265 with B-frames': { codec: 'h265', bFrames: 2 },
};

for (const [name, painting] of Object.entries(KINDS))
  test(`${name}: the MP4 holds every picture at its time, in the order of showing, and all of them decode`, async () => {
    const { file, kept, times } = await packaged(painting, name);
    const { streams, frames, format } = probed(file);
    const { codec = 'h264' } = painting;
    expect(streams.map((stream) => [stream.codec_name, stream.codec_tag_string])).toEqual([
      codec === 'h264' ? ['h264', 'avc1'] : ['hevc', 'hvc1'],
    ]);
    expect(frames.length).toBe(kept.length);
    expect(frames[0]!.key_frame).toBe(1);
    if ((painting.bFrames ?? 0) > 0) expect(frames.some((frame) => frame.pict_type === 'B')).toBe(true);
    const shown = times.map((time) => time.showAtTicks / 90_000).sort((a, b) => a - b);
    for (const [i, frame] of frames.entries()) expect(Number(frame.pts_time)).toBeCloseTo(shown[i]!, 3);
    // The pause of twelve seconds is as long as it was.
    expect(shown[1]).toBeGreaterThan(12.3);
    expect(Number(format.duration)).toBeGreaterThan(13.9);
    expect(Number(format.duration)).toBeLessThan(14.2);
    expect(await probeVideo(file)).toMatchObject({ widthPx: 320, heightPx: 192 });
  });

test('a picture laid over a video is in every picture of it, and an end by hand ends the program', async () => {
  const { file } = await packaged({ codec: 'h265', frames: 20 }, 'under');
  const overlay = join(scratch, 'over.png');
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'color=red:s=320x192', '-frames:v', '1', overlay]);
  const stamped = join(scratch, 'stamped.mp4');
  await overlayPicture(file, overlay, stamped);
  expect(probed(stamped).streams[0]!.codec_name).toBe('h264');
  expect(probed(stamped).frames.length).toBe(probed(file).frames.length);
  const rgb = execFileSync('ffmpeg', ['-v', 'error', '-i', stamped, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'], {
    maxBuffer: 2 ** 26,
  });
  expect(rgb.at(0)).toBeGreaterThan(230);
  expect(rgb.at(-2)).toBeLessThan(25);
  await expect(overlayPicture(file, overlay, join(scratch, 'ended.mp4'), AbortSignal.abort())).rejects.toThrow();
});

test('what is no video, and a program that is not there, are said', async () => {
  const junk = Readable.from([Buffer.alloc(4096, 7)]);
  await expect(packageMp4(junk, 'h264', join(scratch, 'junk.mp4'))).rejects.toMatchObject({ code: 'program-failed' });
  await expect(probeVideo(join(scratch, 'none.mp4'))).rejects.toThrow(ProgramError);
});
