import { type Detector, newDetections } from '#models/detector.ts';
import type { Box } from '../contract/observation.ts';
import type { Lane } from './lane.ts';
import type { FreshLook } from './messages.ts';
import { encodeJpeg } from './pictures.ts';
import type { WatchedCamera } from './watched-camera.ts';

/**
 * Looks at a camera's newest whole picture whatever the gate says of it, where the rules of this lane look and at these places, and
 * tells all that is detected there. Nothing of what is known of its scene changes by it. null: there is no picture yet.
 */
export async function lookAnew(
  camera: WatchedCamera,
  lane: Lane,
  detector: Detector,
  places: readonly Box['xyxy'][],
): Promise<FreshLook | null> {
  const frame = camera.currentPicture();
  if (!frame) return null;
  const { capturedAtMs, widthPx, heightPx } = frame;
  const jpeg = encodeJpeg(frame.copyRgb(), widthPx, heightPx);
  jpeg.catch(() => undefined);
  const found = newDetections();
  await lane.sight.lookApart(frame, detector, places, found);
  const share = (px: number, sidePx: number) => Math.min(1, Math.max(0, px / sidePx));
  const boxes = Array.from({ length: found.count }, (_, i) => {
    const [left = 0, top = 0, right = 0, bottom = 0] = found.boxesXyxyPx.subarray(4 * i, 4 * i + 4);
    const { label, group, threshold } = detector.classes[found.classIds[i]!]!;
    const score = share(found.scores[i]!, 1);
    const xyxy: Box['xyxy'] = [
      share(left, widthPx),
      share(top, heightPx),
      share(right, widthPx),
      share(bottom, heightPx),
    ];
    return { xyxy, class: label, score, group, isSure: score >= threshold };
  });
  const fault = camera.view.fault?.code ?? null;
  const { viewId } = camera;
  return { capturedAtMs, widthPx, heightPx, viewId, fault, model: detector.identity, boxes, jpeg: await jpeg };
}
