import type { Resize } from './manifest.ts';

/** Where a source picture lies in the network's input. */
export interface Fit {
  leftPx: number;
  topPx: number;
  widthPx: number;
  heightPx: number;
}

/**
 * Places a picture in an input of `inputWidthPx` × `inputHeightPx`. The sides are whole pixels; what goes back divides by
 * the sides as they were rounded, not by the ideal scale, so the way there and back stays exact.
 */
export function fitPicture(
  resize: Resize,
  inputWidthPx: number,
  inputHeightPx: number,
  sourceWidthPx: number,
  sourceHeightPx: number,
): Fit {
  if (resize.kind === 'stretch') return { leftPx: 0, topPx: 0, widthPx: inputWidthPx, heightPx: inputHeightPx };
  const scale = Math.min(inputWidthPx / sourceWidthPx, inputHeightPx / sourceHeightPx);
  const widthPx = Math.min(inputWidthPx, Math.max(1, Math.round(sourceWidthPx * scale)));
  const heightPx = Math.min(inputHeightPx, Math.max(1, Math.round(sourceHeightPx * scale)));
  const centred = resize.anchor === 'centre';
  return {
    leftPx: centred ? Math.floor((inputWidthPx - widthPx) / 2) : 0,
    topPx: centred ? Math.floor((inputHeightPx - heightPx) / 2) : 0,
    widthPx,
    heightPx,
  };
}
