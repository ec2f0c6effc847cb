/** Which tile of the web Mercator pyramid, as slippy maps number them. */
export interface TileAddress {
  z: number;
  x: number;
  y: number;
}

/** A tile's box on the Mercator square, 0..1 from the north-west. */
export function boxOf({ z, x, y }: TileAddress): { west: number; north: number; east: number; south: number } {
  const side = 2 ** -z;
  return { west: x * side, north: y * side, east: (x + 1) * side, south: (y + 1) * side };
}
