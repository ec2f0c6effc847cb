/** The bench's cameras, in a process of their own: one clip behind many paths. Arguments: clip, number of cameras. */
import { readClip } from '#streams/files/clip.ts';
import { startRtspServer } from '#streams/rtsp/server.ts';

const [file, count = '16'] = process.argv.slice(2);
if (!file || !process.send) throw new Error('got no clip or no parent, expected to be started by loop.ts');
process.on('disconnect', () => process.exit(0));
const clip = await readClip(file);
const clips = Object.fromEntries(Array.from({ length: Number(count) }, (_, i) => [`cam${i}`, clip]));
const server = await startRtspServer({ port: 0, clips });
process.send({ urls: Object.keys(clips).map((path) => server.url(path)) });
