/**
 * The assignment of rows to columns with the greatest sum of likeness (Kuhn 1955; the shortest augmenting path form with
 * potentials, O(rows² · columns)). Its memory is kept between calls.
 */
export class Assignment {
  /** Row-major, `rows` × `columns`; write it after `resize`. Pairs that must not be are 0. */
  likeness = new Float64Array(0);
  #rowPotential = new Float64Array(0);
  #columnPotential = new Float64Array(0);
  #least = new Float64Array(0);
  #rowOfColumn = new Int32Array(0);
  #way = new Int32Array(0);
  #used = new Uint8Array(0);
  #result = new Int32Array(0);
  #rows = 0;
  #columns = 0;

  /** Makes room and clears. */
  resize(rows: number, columns: number): void {
    this.#rows = rows;
    this.#columns = columns;
    const side = Math.max(rows, columns) + 1;
    if (this.likeness.length < rows * columns) this.likeness = new Float64Array(2 * rows * columns);
    this.likeness.fill(0, 0, rows * columns);
    if (this.#way.length < side) {
      this.#rowPotential = new Float64Array(2 * side);
      this.#columnPotential = new Float64Array(2 * side);
      this.#least = new Float64Array(2 * side);
      this.#rowOfColumn = new Int32Array(2 * side);
      this.#way = new Int32Array(2 * side);
      this.#used = new Uint8Array(2 * side);
      this.#result = new Int32Array(2 * side);
    }
  }

  /** For each row its column, or -1. Valid until the next call. */
  solve(): Int32Array {
    const rows = this.#rows;
    const columns = this.#columns;
    const result = this.#result;
    result.fill(-1, 0, rows);
    if (rows === 0 || columns === 0) return result;
    const likeness = this.likeness;
    const flipped = rows > columns;
    const n = flipped ? columns : rows;
    const m = flipped ? rows : columns;
    const u = this.#rowPotential.fill(0, 0, n + 1);
    const v = this.#columnPotential.fill(0, 0, m + 1);
    const matched = this.#rowOfColumn.fill(0, 0, m + 1);
    const way = this.#way;
    const least = this.#least;
    const used = this.#used;
    for (let i = 1; i <= n; i++) {
      matched[0] = i;
      let j0 = 0;
      least.fill(Number.POSITIVE_INFINITY, 0, m + 1);
      used.fill(0, 0, m + 1);
      do {
        used[j0] = 1;
        const i0 = matched[j0]!;
        let delta = Number.POSITIVE_INFINITY;
        let j1 = 0;
        for (let j = 1; j <= m; j++) {
          if (used[j]) continue;
          const alike = flipped ? likeness[(j - 1) * columns + i0 - 1]! : likeness[(i0 - 1) * columns + j - 1]!;
          const cost = -alike - u[i0]! - v[j]!;
          if (cost < least[j]!) {
            least[j] = cost;
            way[j] = j0;
          }
          if (least[j]! < delta) {
            delta = least[j]!;
            j1 = j;
          }
        }
        for (let j = 0; j <= m; j++) {
          if (used[j]) {
            u[matched[j]!] = u[matched[j]!]! + delta;
            v[j] = v[j]! - delta;
          } else least[j] = least[j]! - delta;
        }
        j0 = j1;
      } while (matched[j0] !== 0);
      do {
        const j1 = way[j0]!;
        matched[j0] = matched[j1]!;
        j0 = j1;
      } while (j0 !== 0);
    }
    for (let j = 1; j <= m; j++) {
      const i = matched[j]!;
      if (i === 0) continue;
      const row = flipped ? j - 1 : i - 1;
      const column = flipped ? i - 1 : j - 1;
      if (likeness[row * columns + column]! > 0) result[row] = column;
    }
    return result;
  }
}
