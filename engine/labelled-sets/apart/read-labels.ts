import type { LabelledBox } from '../../contract/labelled-set.ts';

/** What the labels of one picture say, once the picture’s size is known; null: they are wrong, and were told. */
type BoxesAt = (widthPx: number, heightPx: number) => LabelledBox[] | null;

/** An archive’s labels, before its pictures are opened. */
export interface ReadLabels {
  classes: string[];
  /** By the part’s name; null: the archive says nothing of it. */
  boxesOf(picture: string): BoxesAt | null;
}
