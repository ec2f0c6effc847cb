/**
 * The same as ingest.ts the way most systems do it: one ffmpeg program for each camera, key frames only, pictures of
 * 416×234 over a pipe. Frozen: a change here reprints old and new figures. Arguments: addresses. Tells the number of
 * pictures so far and the processes that took part, every 500 ms.
 */
import type { ChildProcess } from 'node:child_process';
import ffmpeg from 'fluent-ffmpeg';

const PICTURE_BYTES = 416 * 234 * 3;

const commands: ffmpeg.FfmpegCommand[] = [];
process.on('disconnect', () => {
  for (const command of commands) command.kill('SIGKILL');
  process.exit(0);
});
let bytes = 0;
const pids = [process.pid];
for (const url of process.argv.slice(2)) {
  const command = ffmpeg(url)
    .inputOptions(['-nostdin', '-rtsp_transport', 'tcp', '-skip_frame', 'nokey', '-threads', '1'])
    .outputOptions(['-an', '-fps_mode', 'passthrough', '-vf', 'scale=416:234:flags=fast_bilinear'])
    .outputOptions(['-pix_fmt', 'rgb24', '-f', 'rawvideo'])
    .on('error', (error: Error) => console.error(error.message));
  commands.push(command);
  command.pipe().on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  command.on('start', () => {
    const { ffmpegProc } = command as unknown as { ffmpegProc?: ChildProcess };
    if (ffmpegProc?.pid) pids.push(ffmpegProc.pid);
  });
}
setInterval(() => process.send!({ pictures: Math.floor(bytes / PICTURE_BYTES), pids }), 500);
