/** The demo's camera: a small RTSP server in a process of its own that plays the clip over and over. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readClip } from '#streams/files/clip.ts';
import { startRtspServer } from '#streams/rtsp/server.ts';
import { transcodeToH264 } from '#streams/transcode.ts';

const [folder, port] = process.argv.slice(2);
if (!folder || !process.send) {
  process.stderr.write('The demo camera is started by the engine (npm start), not by hand.\n');
  process.exit(2);
}
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);

const source = join(folder, 'vtest.avi');
const playable = join(folder, 'vtest-h264.mp4');
if (!existsSync(playable)) await transcodeToH264(source, playable, { keyIntervalFrames: 10 });
const clip = await readClip(playable);
const server = await startRtspServer({ port: Number(port ?? 0), clips: { vtest: clip } }).catch(() =>
  startRtspServer({ port: 0, clips: { vtest: clip } }),
);
process.send({ url: server.url('vtest') });
