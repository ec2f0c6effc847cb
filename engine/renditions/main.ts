/** A rendition's process: one camera's pictures in, the same in H.264 out; it ends with its parent. */
import { Rendition } from '#streams/rendition.ts';
import { readVideoUnit, VIDEO_HEADER_BYTES, writeVideoHeader } from '../contract/video-unit.ts';
import { type FromRendition, ToRendition } from './messages.ts';

const send = process.send?.bind(process);
if (!send) {
  process.stderr.write('A rendition is started by the engine (npm start), not by hand.\n');
  process.exit(2);
}

let rendition: Rendition | null = null;
let messages: Uint8Array[] = [];
let channel = 0;

process.on('message', (raw) => {
  const heard = ToRendition.parse(raw);
  if (heard.kind === 'start') {
    channel = heard.channel;
    rendition = new Rendition(heard, ({ key, capturedAtMs, data }) => tell(key, true, capturedAtMs, data));
    return;
  }
  const unit = readVideoUnit(heard.message);
  if (unit && rendition) {
    const taken = rendition.take({ ...unit, data: Buffer.from(unit.data) });
    if (!taken) tell(false, false, unit.capturedAtMs, Buffer.alloc(0));
  }
  const answer: FromRendition = { kind: 'rendered', messages };
  messages = [];
  if (process.connected) send(answer);
});
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);

function tell(key: boolean, whole: boolean, capturedAtMs: number, data: Buffer): void {
  const message = Buffer.allocUnsafe(VIDEO_HEADER_BYTES + data.length);
  writeVideoHeader(message, { channel, key, whole, codec: 'h264', capturedAtMs });
  data.copy(message, VIDEO_HEADER_BYTES);
  messages.push(message);
}
