/**
 * Ingest and key decode as the product does them, in one process: each picture is made ready for a detector of 416×416.
 * Arguments: addresses. Tells the number of pictures so far, every 500 ms.
 */
import { KeyframeDecoders } from '#streams/decoders.ts';
import { openStream } from '#streams/open-stream.ts';

const WIDTH_PX = 416;
const HEIGHT_PX = 234;

process.on('disconnect', () => process.exit(0));
const decoders = new KeyframeDecoders();
const picture = Buffer.alloc(WIDTH_PX * HEIGHT_PX * 3 + 64);
let pictures = 0;
for (const url of process.argv.slice(2)) {
  openStream(
    { kind: 'url', url },
    {
      onAccessUnit: (unit) => {
        const frame = decoders.decode(unit);
        if (!frame) return;
        frame.writeRgb(picture, WIDTH_PX, HEIGHT_PX);
        pictures++;
      },
      onState: () => undefined,
    },
    { keyUnitsOnly: true },
  );
}
setInterval(() => process.send!({ pictures, pids: [process.pid] }), 500);
