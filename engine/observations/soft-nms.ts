import { areaPx, coveredShare, iou } from '../tracks/overlap.ts';
import type { Track } from '../tracks/track.ts';

/** Width of the Gaussian, in squared IoU: the paper's own choice. */
const SIGMA = 0.5;
/** What lies in another's box to this share, and is that much smaller, is a wheel or a lamp of it: in front it would be larger. */
const INSIDE_SHARE = 0.75;
const PART_AREA_SHARE = 1 / 8;

/**
 * The score of a track, 0..1, after what surer tracks of its group leave of it: s · exp(−IoU² / σ) for each of them
 * (Soft-NMS, Bodla et al. 2017, arXiv 1704.04503, over tracks instead of the boxes of one picture). A detector at its limit sees a van
 * as a truck of another outline too, now and then and not surely; two vehicles of which one hides a part of the other
 * are both seen surely, and stay two. A small part of a vehicle counts as covered by it whole.
 */
export function softScore(track: Track, tracks: readonly Track[]): number {
  let score = track.score;
  for (const other of tracks) {
    if (other === track || other.group !== track.group || other.phase === 'tentative') continue;
    if (other.score < track.score || (other.score === track.score && other.id > track.id)) continue;
    const overlap = isPartOf(track.boxXyxyPx, other.placeXyxyPx) ? 1 : iou(track.boxXyxyPx, 0, other.boxXyxyPx, 0);
    score *= Math.exp(-(overlap * overlap) / SIGMA);
  }
  return score;
}

function isPartOf(box: Float32Array, whole: Float32Array): boolean {
  return areaPx(box, 0) < PART_AREA_SHARE * areaPx(whole, 0) && coveredShare(box, 0, whole, 0) >= INSIDE_SHARE;
}
