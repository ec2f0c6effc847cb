/**
 * The limit that the loop is measured against: decode and inference alone, in tight loops, one thread, on the same
 * clip and model. CPU milliseconds per unit, as one JSON line. Frozen: a change here reprints old and new figures.
 * Arguments: clip, ONNX file, repeats, and "every-frame" to time the decode of all frames too.
 */
import { AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import { Codec, CodecContext, FormatContext, Frame, Packet } from 'node-av/lib';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const [clip, model, repeats = '3', frames] = process.argv.slice(2);
if (!clip || !model)
  throw new Error('got no clip or model, expected: limit.ts <clip.mp4> <model.onnx> [repeats] [every-frame]');

process.env.ORT_DISABLE_TELEMETRY = '1';

const cpuMs = (since?: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

/** Decodes each keyframe of the clip, or each frame, and nothing else: CPU milliseconds for one. */
function decodeMs(keysOnly: boolean): number {
  const container = new FormatContext();
  container.openInputSync(clip!, null, null);
  container.findStreamInfoSync(null);
  const stream = container.streams[container.findBestStream(AVMEDIA_TYPE_VIDEO)]!;
  const { codecId } = stream.codecpar;
  if (codecId !== AV_CODEC_ID_H264 && codecId !== AV_CODEC_ID_HEVC) throw new Error(`got codec ${codecId}`);
  const codec = Codec.findDecoder(codecId)!;
  const context = new CodecContext();
  context.allocContext3(codec);
  context.parametersToContext(stream.codecpar);
  context.threadCount = 1;
  context.open2Sync(codec, null);
  const packet = new Packet();
  const frame = new Frame();
  packet.alloc();
  frame.alloc();
  let frames = 0;
  let spentMs = 0;
  while (container.readFrameSync(packet) >= 0) {
    if (packet.isKeyframe || !keysOnly) {
      const since = process.cpuUsage();
      context.sendPacketSync(packet);
      while (context.receiveFrameSync(frame) >= 0) {
        frames++;
        frame.unref();
      }
      spentMs += cpuMs(since);
    }
    packet.unref();
  }
  context.freeContext();
  container.closeInputSync();
  return spentMs / frames;
}

const session = await InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
const input = session.inputNames[0]!;
const sizePx = 416;
const picture = Uint8Array.from({ length: sizePx * sizePx * 3 }, (_, i) => (i * 37) & 255);
const tensor = new Tensor('uint8', picture, [1, sizePx, sizePx, 3]);
const RUNS = 40;

async function inferMs(): Promise<number> {
  const since = process.cpuUsage();
  for (let i = 0; i < RUNS; i++) await session.run({ [input]: tensor });
  return cpuMs(since) / RUNS;
}

decodeMs(true);
await inferMs();
const decode: number[] = [];
const infer: number[] = [];
for (let i = 0; i < Number(repeats); i++) {
  decode.push(decodeMs(true));
  infer.push(await inferMs());
}
const decodeFrameMs = frames === 'every-frame' ? decodeMs(false) : undefined;
process.stdout.write(`${JSON.stringify({ decodeKeyMs: median(decode), decodeFrameMs, inferenceMs: median(infer) })}\n`);
process.exit(0);
