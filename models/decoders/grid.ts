/** The points that a dense head tells of, level by level, row by row. */
interface Grid {
  rowCount: number;
  pointsXPx: Float32Array;
  pointsYPx: Float32Array;
  stridesPx: Float32Array;
}

/** How many points there are. */
export function gridRows(strides: readonly number[], widthPx: number, heightPx: number): number {
  return strides.reduce((sum, s) => sum + Math.ceil(widthPx / s) * Math.ceil(heightPx / s), 0);
}

/** `offset` is where in its cell a point lies: 0 its corner, 0.5 its centre. */
export function gridOf(strides: readonly number[], widthPx: number, heightPx: number, offset: number): Grid {
  const rowCount = gridRows(strides, widthPx, heightPx);
  const grid = {
    rowCount,
    pointsXPx: new Float32Array(rowCount),
    pointsYPx: new Float32Array(rowCount),
    stridesPx: new Float32Array(rowCount),
  };
  let row = 0;
  for (const stride of strides) {
    for (let y = 0; y < Math.ceil(heightPx / stride); y++) {
      for (let x = 0; x < Math.ceil(widthPx / stride); x++, row++) {
        grid.pointsXPx[row] = (x + offset) * stride;
        grid.pointsYPx[row] = (y + offset) * stride;
        grid.stridesPx[row] = stride;
      }
    }
  }
  return grid;
}
