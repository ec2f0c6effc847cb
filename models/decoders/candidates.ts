/**
 * The surest (row, class) pairs of one picture. While it is not full it is a list; from then on a heap whose root is
 * the least sure, so that a picture with thousands of hits costs no more than the cap.
 */
export class Candidates {
  count = 0;
  readonly capacity: number;
  readonly scores: Float32Array;
  /** The row of the network's output that the candidate comes from. */
  readonly rows: Int32Array;
  readonly classIds: Uint16Array;
  /** Filled by the decoder: left, top, right, bottom of candidate `i` at `4 * i`, in its box unit. */
  readonly boxesXyxy: Float32Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.scores = new Float32Array(capacity);
    this.rows = new Int32Array(capacity);
    this.classIds = new Uint16Array(capacity);
    this.boxesXyxy = new Float32Array(4 * capacity);
  }

  /**
   * Collects every score that reaches the floor of its class. Row `r` keeps its classes at
   * `values[r * rowLength + firstColumn ...]`. The result is ordered from the surest to the least sure; equal scores
   * keep the order of their rows and classes, so the same picture always gives the same boxes.
   */
  collect(values: Float32Array, rowCount: number, rowLength: number, firstColumn: number, floors: Float32Array): void {
    this.count = 0;
    const classCount = floors.length;
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < classCount; k++) if (floors[k]! < least) least = floors[k]!;
    const blockEnd = classCount - (classCount % 4);
    for (let row = 0; row < rowCount; row++) {
      const from = row * rowLength + firstColumn;
      let k = 0;
      for (; k < blockEnd; k += 4) {
        const i = from + k;
        const a = values[i]!;
        const b = values[i + 1]!;
        const c = values[i + 2]!;
        const d = values[i + 3]!;
        if (a < least && b < least && c < least && d < least) continue;
        if (a >= floors[k]!) this.add(a, row, k);
        if (b >= floors[k + 1]!) this.add(b, row, k + 1);
        if (c >= floors[k + 2]!) this.add(c, row, k + 2);
        if (d >= floors[k + 3]!) this.add(d, row, k + 3);
      }
      for (; k < classCount; k++) if (values[from + k]! >= floors[k]!) this.add(values[from + k]!, row, k);
    }
    this.order();
  }

  /** One more; `order` must follow the last. */
  add(score: number, row: number, classId: number): void {
    if (Number.isNaN(score)) return;
    if (this.count < this.capacity) {
      this.#put(this.count++, score, row, classId);
      if (this.count === this.capacity)
        for (let i = (this.capacity >> 1) - 1; i >= 0; i--) this.#sink(i, this.capacity);
      return;
    }
    if (score <= this.scores[0]!) return;
    this.#put(0, score, row, classId);
    this.#sink(0, this.capacity);
  }

  #put(at: number, score: number, row: number, classId: number): void {
    this.scores[at] = score;
    this.rows[at] = row;
    this.classIds[at] = classId;
  }

  /** Whether entry `i` is less sure than entry `j`; of equal scores the later row, then the later class, is less sure. */
  #isLess(i: number, j: number): boolean {
    const a = this.scores[i]!;
    const b = this.scores[j]!;
    if (a !== b) return a < b;
    const later = this.rows[i]! - this.rows[j]!;
    return later > 0 || (later === 0 && this.classIds[i]! > this.classIds[j]!);
  }

  #swap(i: number, j: number): void {
    const score = this.scores[i]!;
    const row = this.rows[i]!;
    const classId = this.classIds[i]!;
    this.#put(i, this.scores[j]!, this.rows[j]!, this.classIds[j]!);
    this.#put(j, score, row, classId);
  }

  #sink(at: number, end: number): void {
    for (let i = at; ; ) {
      let child = 2 * i + 1;
      if (child >= end) return;
      if (child + 1 < end && this.#isLess(child + 1, child)) child++;
      if (!this.#isLess(child, i)) return;
      this.#swap(i, child);
      i = child;
    }
  }

  /** The list begins anew. */
  clear(): void {
    this.count = 0;
  }

  /** Heap sort: the least sure goes to the end, again and again. */
  order(): void {
    const n = this.count;
    for (let i = (n >> 1) - 1; i >= 0; i--) this.#sink(i, n);
    for (let end = n - 1; end > 0; end--) {
      this.#swap(0, end);
      this.#sink(0, end);
    }
  }
}
