/** A process of its own for one watermark: unpacking fonts takes its time, and alerts do not wait for it. */
import { drawWatermark } from './draw.ts';

process.once('message', async (watermark) => {
  const png = await drawWatermark(watermark as Parameters<typeof drawWatermark>[0]);
  process.send?.(png, () => process.exit(0));
});
process.once('disconnect', () => process.exit(0));
