import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { demoClipFile, fetchDemoClip } from '../setup/demo-clip.mjs';
import { ROOT } from './product.ts';

/** Photos and clips that are not part of the product; see the README, "Tests". */
const DATA = join(ROOT, '../shared/data');
const CACHE = join(ROOT, 'node_modules/.cache/chengnao-proof-clips');

/** The clip with the parked van and car: from the project's data, else from the Debian package. */
async function vtest(): Promise<string> {
  const near = join(DATA, 'clips/vtest.avi');
  if (existsSync(near)) return near;
  const trouble = await fetchDemoClip(CACHE);
  if (trouble) throw new Error(`the proofs need vtest.avi: ${trouble}`);
  return demoClipFile(CACHE);
}

export interface ClipOptions {
  codec: 'h264' | 'h265';
  seconds?: number;
  /** Frames between two keyframes; vtest has 10 frames a second. */
  keyInterval?: number;
}

/** vtest.avi as an MP4 that an RTSP server can play; made once per machine. */
export async function parkingClip({ codec, seconds = 80, keyInterval = 10 }: ClipOptions): Promise<string> {
  const file = join(CACHE, `vtest-${codec}-${seconds}-${keyInterval}.mp4`);
  if (existsSync(file)) return file;
  const source = await vtest();
  const encoder =
    codec === 'h264'
      ? [
          '-c:v',
          'libx264',
          '-preset',
          'veryfast',
          '-crf',
          '20',
          '-bf',
          '0',
          '-x264-params',
          `keyint=${keyInterval}:min-keyint=${keyInterval}:scenecut=0`,
        ]
      : [
          '-c:v',
          'libx265',
          '-preset',
          'ultrafast',
          '-crf',
          '20',
          '-tag:v',
          'hvc1',
          '-x265-params',
          `keyint=${keyInterval}:min-keyint=${keyInterval}:scenecut=0:bframes=0:log-level=error`,
        ];
  return make(file, ['-i', source, '-t', String(seconds), '-an', '-pix_fmt', 'yuv420p', ...encoder]);
}

/** Still photos, shown for some seconds each, as a camera's clip. */
export function stillsClip(name: string, stills: { file: string; seconds: number }[], sizePx: string): string {
  const file = join(CACHE, `${name}.mp4`);
  if (existsSync(file)) return file;
  const inputs = stills.flatMap((still) => ['-loop', '1', '-r', '10', '-t', String(still.seconds), '-i', still.file]);
  const scaled = stills.map((_, i) => `[${i}:v]scale=${sizePx}:flags=bicubic,setsar=1,format=yuv420p[s${i}]`).join(';');
  const joined = `${stills.map((_, i) => `[s${i}]`).join('')}concat=n=${stills.length}:v=1[v]`;
  return make(file, [
    ...inputs,
    '-filter_complex',
    `${scaled};${joined}`,
    '-map',
    '[v]',
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-crf',
    '18',
    '-bf',
    '0',
    '-x264-params',
    'keyint=10:min-keyint=10:scenecut=0',
  ]);
}

/** A photo of the validation set, or null where the project's data is not beside it. */
export function photo(id: string): string | null {
  const file = join(DATA, `garbage-cn/valid/images/${id}.jpg`);
  return existsSync(file) ? file : null;
}

export function ffmpeg(args: string[]): void {
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-y', ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ffmpeg ${args.join(' ')}: ${stderr}`);
}

function make(file: string, args: string[]): string {
  mkdirSync(CACHE, { recursive: true });
  const part = file.replace(/\.mp4$/, `.${process.pid}.mp4`);
  ffmpeg([...args, '-movflags', '+faststart', part]);
  renameSync(part, file);
  return file;
}
