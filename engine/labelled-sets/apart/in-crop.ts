import type { BoxPx, LabelledBox } from '../../contract/labelled-set.ts';

/** In the crop's own pixels, cut off at its edges. */
export function inCrop(box: LabelledBox, [left, top, right, bottom]: BoxPx): LabelledBox {
  const x = (at: number) => Math.min(right, Math.max(left, at)) - left;
  const y = (at: number) => Math.min(bottom, Math.max(top, at)) - top;
  const [boxLeft, boxTop, boxRight, boxBottom] = box.xyxyPx;
  return { ...box, xyxyPx: [x(boxLeft), y(boxTop), x(boxRight), y(boxBottom)] };
}
