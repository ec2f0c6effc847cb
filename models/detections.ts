/**
 * What a detector found in one picture, column by column: one buffer per camera, filled anew for every picture.
 * Row `i` is valid for `i < count`; rows are ordered from the surest to the least sure.
 */
export interface Detections {
  /** How many rows are valid. */
  count: number;
  /** Left, top, right, bottom of row `i` at `4 * i`, in pixels of the source picture. */
  boxesXyxyPx: Float32Array;
  /** 0..1. */
  scores: Float32Array;
  /** An index into the labels of the algorithm package. */
  classIds: Uint16Array;
}

/** The most boxes that a detector hands on from one picture. */
const DETECTION_CAPACITY = 300;

/** An empty buffer for `capacity` boxes. */
export function newDetections(capacity: number = DETECTION_CAPACITY): Detections {
  return {
    count: 0,
    boxesXyxyPx: new Float32Array(4 * capacity),
    scores: new Float32Array(capacity),
    classIds: new Uint16Array(capacity),
  };
}

/** Where in a larger buffer a picture is written: the first byte, and the bytes from one row to the next. */
interface WriteTarget {
  offsetBytes: number;
  strideBytes: number;
}

/** The picture a detector looks at. A decoded frame fits by its structure, so does a photo. */
export interface Pixels {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Writes the whole picture, stretched to `widthPx` × `heightPx`, as packed RGB24; rows beside `target` stay as they are. */
  writeRgb(out: Buffer, widthPx: number, heightPx: number, target?: WriteTarget): void;
}
