import { iou } from '../tracks/overlap.ts';
import type { Track } from '../tracks/track.ts';

/** Width of the Gaussian, in squared IoU: the paper's own choice. */
const SIGMA = 0.5;

/**
 * The score of a track, 0..1, after what surer tracks of its group leave of it: s · exp(−IoU² / σ) for each of them
 * (Soft-NMS, Bodla et al. 2017, arXiv 1704.04503, over tracks instead of the boxes of one picture). A detector at its limit sees a van
 * as a truck of another outline too, now and then and not surely; two vehicles of which one hides a part of the other
 * are both seen surely, and stay two.
 */
export function softScore(track: Track, tracks: readonly Track[]): number {
  let score = track.score;
  for (const other of tracks) {
    if (other === track || other.group !== track.group || other.phase === 'tentative') continue;
    if (other.score < track.score || (other.score === track.score && other.id > track.id)) continue;
    const overlap = iou(track.boxXyxyPx, 0, other.boxXyxyPx, 0);
    score *= Math.exp(-(overlap * overlap) / SIGMA);
  }
  return score;
}
