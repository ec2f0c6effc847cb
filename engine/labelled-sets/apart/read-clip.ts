import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ProgramError, videoPictures } from '#streams/ffmpeg.ts';
import type { Tell } from '../../algorithms/serve-apart.ts';
import { Refusal } from '../../contract/refusal.ts';
import type { PlannedPicture, ReadPlan } from './requests.ts';
import { takePicture } from './take-picture.ts';

const TS_PACKET_BYTES = 188;
const TS_SYNC = 0x47;

/** Takes the pictures out of a clip in which nothing happens. @throws Refusal */
export async function readClip(path: string, folder: string, everyMs: number, tell: Tell): Promise<ReadPlan> {
  const raw = join(folder, 'unpacked');
  await mkdir(raw, { recursive: true });
  await mkdir(join(folder, 'pictures'), { recursive: true });
  await videoPictures(path, await containerOf(path), everyMs, join(raw, '%d.jpg')).catch((cause: Error) => {
    const missing = cause instanceof ProgramError && cause.code === 'program-missing';
    const facts = { got: cause.message, expected: missing ? 'the ffmpeg program on this machine' : 'a video', cause };
    throw new Refusal(422, missing ? 'program-missing' : 'clip-unreadable', 'The clip cannot be read.', facts);
  });
  const numbers = (await readdir(raw)).map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b);
  const pictures: PlannedPicture[] = [];
  for (const [i, n] of numbers.entries()) {
    tell(i, numbers.length);
    const file = `pictures/${n}.jpg`;
    const picture = await takePicture(join(raw, `${n}.jpg`), join(folder, file));
    pictures.push({ file, name: String(n).padStart(6, '0'), ...picture, boxes: [], atMs: (n - 1) * everyMs });
  }
  if (pictures.length === 0) {
    const facts = { got: 'no picture', expected: `a video of ${everyMs} ms or more` };
    throw new Refusal(422, 'clip-unreadable', 'The clip has no pictures.', facts);
  }
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return {
    format: 'clip',
    classes: [],
    pictures,
    withoutLabels: 0,
    issues: [],
    issueCount: 0,
    durationMs: pictures.length * everyMs,
    clipSha256: hash.digest('hex'),
  };
}

/** By its first bytes, so that no playlist is taken for a video. */
async function containerOf(path: string): Promise<'mov' | 'avi' | 'matroska' | 'mpegts'> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    const head = buffer.subarray(0, bytesRead);
    if (head.toString('latin1', 4, 8) === 'ftyp') return 'mov';
    if (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'AVI ') return 'avi';
    if (head.subarray(0, 4).equals(Buffer.from([0x1a, 0x45, 0xdf, 0xa3]))) return 'matroska';
    if (head[0] === TS_SYNC && head[TS_PACKET_BYTES] === TS_SYNC) return 'mpegts';
    const got = `a file that begins with ${head.toString('hex', 0, 8)}`;
    throw new Refusal(422, 'clip-unreadable', 'The file is no video that can be read.', {
      got,
      expected: 'MP4, MOV, AVI, MKV, WebM or MPEG-TS',
    });
  } finally {
    await file.close();
  }
}
