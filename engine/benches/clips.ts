import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { demoClipFile, fetchDemoClip } from '../setup/demo-clip.mjs';

const CACHE = join(tmpdir(), 'chengnao-bench');
const NEAR = fileURLToPath(new URL('../../../shared/data/clips/vtest.avi', import.meta.url));

/** What a bench's cameras show. */
export interface Workload {
  codec: 'h264' | 'h265';
  /** 360 is a camera's second stream, which tiles of a grid show. */
  heightPx: 360 | 720 | 1080;
  scene: 'moving' | 'static';
}

const FRAMES_PER_SECOND = 25;
const KEY_INTERVAL_MS = 2000;
const SECONDS = 60;

const ENCODERS: Record<Workload['codec'], string> = {
  h264: '-c:v libx264 -preset veryfast -profile:v main -bf 0 -g 50 -keyint_min 50 -sc_threshold 0',
  h265: '-c:v libx265 -preset ultrafast -tag:v hvc1 -x265-params keyint=50:min-keyint=50:scenecut=0:bframes=0:log-level=error',
};
const MBIT_PER_SECOND: Record<Workload['codec'], Record<Workload['heightPx'], number>> = {
  h264: { 360: 0.5, 720: 2, 1080: 4 },
  h265: { 360: 0.25, 720: 1, 1080: 2 },
};

/** @throws Error that says what was got and what was expected */
export function readWorkload(flags: { codec: string; height: string; scene: string }): Workload {
  return {
    codec: oneOf('codec', flags.codec, ['h264', 'h265']),
    heightPx: oneOf('height', flags.height, ['720', '1080']) === '720' ? 720 : 1080,
    scene: oneOf('scene', flags.scene, ['moving', 'static']),
  };
}

/** @throws Error that says what was got and what was expected */
export function oneOf<T extends string>(flag: string, value: string, allowed: readonly T[]): T {
  const known = allowed.find((it) => it === value);
  if (!known) throw new Error(`got --${flag} ${value}, expected one of ${allowed.join(', ')}`);
  return known;
}

/**
 * vtest.avi as a city camera: 25 fps, sensor noise, a keyframe every 2 s. Seeded by the clip and the noise's seed, so that every
 * machine encodes the same pictures; `static` is its first picture with the noise alone. Made once per machine.
 */
export async function makeClip({ codec, heightPx, scene }: Workload): Promise<string> {
  const file = join(CACHE, `${codec}-${heightPx}p-${scene}.mp4`);
  if (existsSync(file)) return file;
  mkdirSync(CACHE, { recursive: true });
  const trouble = existsSync(NEAR) ? null : await fetchDemoClip(CACHE);
  if (trouble) throw new Error(`the bench needs vtest.avi: ${trouble}`);
  const source = existsSync(NEAR) ? NEAR : demoClipFile(CACHE);
  const part = join(CACHE, `part-${codec}-${heightPx}-${scene}.mp4`);
  const still = scene === 'static' ? 'trim=end_frame=1,loop=loop=-1:size=1,setpts=N/25/TB,' : '';
  const size = `${(heightPx * 16) / 9}:${heightPx}`;
  const filters = `${still}fps=25,crop=768:432:0:72,scale=${size}:flags=bicubic,noise=alls=5:allf=t:all_seed=7`;
  const mbit = MBIT_PER_SECOND[codec][heightPx];
  const rate = `-b:v ${mbit}M -maxrate ${mbit}M -bufsize ${2 * mbit}M -pix_fmt yuv420p`;
  const encode = `${ENCODERS[codec]} ${rate}`.split(' ');
  const args = ['-v', 'error', '-y', '-i', source, '-t', String(SECONDS), '-vf', filters, '-an', ...encode, part];
  const { status, stderr } = spawnSync('ffmpeg', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ffmpeg could not make the clip: ${stderr}`);
  renameSync(part, file);
  return file;
}

export function describeWorkload({ codec, heightPx, scene }: Workload): string {
  return `${heightPx}p ${codec === 'h264' ? 'H.264' : 'H.265'} ${scene}, ${FRAMES_PER_SECOND} fps, a keyframe every ${KEY_INTERVAL_MS} ms`;
}
