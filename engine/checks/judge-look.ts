import { overlapOf } from '../alerts/overlap.ts';
import type { FreshLook } from '../analysis/messages.ts';
import type { CheckOutcome, CheckReason } from '../contract/case-check.ts';
import type { Box, ClassGroup } from '../contract/observation.ts';
import { comparePlaces, type SmallPicture } from './compare-places.ts';

/** What an alert is about, and how the place looked when it was seen. */
export interface CheckedThing {
  classGroup: ClassGroup;
  viewId: string;
  modelSha256: string;
  /** The thing itself first, then what supports it. */
  boxes: readonly Box[];
  before: SmallPicture;
}

export interface Judgement {
  outcome: CheckOutcome;
  reason: CheckReason | null;
}

/** The same place, though the box breathes. */
const SAME_PLACE = { iou: 0.25, ofSmaller: 0.5 };
/** Whatever covers so much of the place hides it. */
const HIDES_SHARE = 0.15;
/** From here on a place looks as it did, though nothing is detected. */
const LOOKS_THE_SAME_FROM = 0.85;
const AROUND_FROM = 0.5;

/**
 * What one look says of a thing: it is still there, it is gone and its place can be seen, or that cannot be told. Gone is only what
 * nothing detects, where nothing stands in front, by the same light and in the same view, and whose place looks other than before.
 */
export function judgeLook(thing: CheckedThing, look: FreshLook, now: SmallPicture): Judgement {
  const unclear = (reason: CheckReason): Judgement => ({ outcome: 'unclear', reason });
  if (look.fault !== null) return unclear(look.fault);
  if (look.viewId !== thing.viewId) return unclear('other-view');
  if (look.model.sha256 !== thing.modelSha256) return unclear('other-model');
  if (thing.before.light !== now.light) return unclear('light-differs');
  const places = placesOf(thing);
  const at = look.boxes.filter((box) => places.some((place) => isAt(box, place)));
  if (at.some((box) => box.isSure && isKind(box, thing))) return { outcome: 'still-there', reason: null };
  if (thing.before.heightPx !== now.heightPx) return unclear('surroundings-changed');
  const hidden = look.boxes.some((box) => box.isSure && places.some((place) => coverOf(box, place) >= HIDES_SHARE));
  if (hidden) return unclear('hidden');
  // Less than sure is neither seen nor gone.
  if (at.some((box) => isKind(box, thing))) return unclear('disagrees');
  const others = look.boxes.filter(({ isSure }) => isSure).map(({ xyxy }) => xyxy);
  for (const { xyxy } of places) {
    const { place, around } = comparePlaces(thing.before, now, xyxy, others);
    if (around === null) return unclear('hidden');
    if (around < AROUND_FROM) return unclear('surroundings-changed');
    if (place >= LOOKS_THE_SAME_FROM) return unclear('looks-the-same');
  }
  return { outcome: 'gone', reason: null };
}

/** Of a vendor it is the stall that must be gone: people walk about. */
function placesOf({ classGroup, boxes }: CheckedThing): readonly Box[] {
  return classGroup === 'vendor' && boxes.length > 1 ? boxes.slice(1) : boxes.slice(0, 1);
}

function isKind({ group, class: label }: FreshLook['boxes'][number], { classGroup, boxes }: CheckedThing): boolean {
  return group === classGroup || boxes.some((box) => box.class === label);
}

function isAt(box: Box, place: Box): boolean {
  const { iou, ofSmaller } = overlapOf(box, place);
  return iou >= SAME_PLACE.iou || ofSmaller >= SAME_PLACE.ofSmaller;
}

/** How much of a place a box covers, 0..1. */
function coverOf(box: Box, place: Box): number {
  const [left, top, right, bottom] = box.xyxy;
  const [pLeft, pTop, pRight, pBottom] = place.xyxy;
  const wide = Math.min(right, pRight) - Math.max(left, pLeft);
  const high = Math.min(bottom, pBottom) - Math.max(top, pTop);
  return wide > 0 && high > 0 ? (wide * high) / ((pRight - pLeft) * (pBottom - pTop)) : 0;
}
