const HEADER_BYTES = 127;
const MVT = 1;
const UNCOMPRESSED = 1;
/** One more than the name of the last tile of each zoom (PMTiles 3, tile ids). */
const FIRST_ID_OF_ZOOM_1 = 1;

/** A PMTiles 3 file with these tiles, by tile id, uncompressed; for tests. */
export function pmtilesForTests(tiles: ReadonlyMap<number, Buffer>, { layers = [] as string[] } = {}): Buffer {
  const ids = [...tiles.keys()].sort((a, b) => a - b);
  const contents = ids.map((id) => tiles.get(id)!);
  const offsets = contents.map((_, i) => contents.slice(0, i).reduce((sum, { length }) => sum + length, 0));
  const directory = Buffer.concat([
    varint(ids.length),
    ...ids.map((id, i) => varint(i === 0 ? id : id - ids[i - 1]!)),
    ...ids.map(() => varint(1)),
    ...contents.map(({ length }) => varint(length)),
    ...offsets.map((offset) => varint(offset + 1)),
  ]);
  const metadata = Buffer.from(JSON.stringify({ vector_layers: layers.map((id) => ({ id, fields: {} })) }));
  const data = Buffer.concat(contents);
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('PMTiles');
  header[7] = 3;
  const sections = [
    [HEADER_BYTES, directory.length],
    [HEADER_BYTES + directory.length, metadata.length],
    [HEADER_BYTES + directory.length + metadata.length, 0],
    [HEADER_BYTES + directory.length + metadata.length, data.length],
  ];
  for (const [i, value] of sections.flat().entries()) header.writeBigUInt64LE(BigInt(value), 8 + 8 * i);
  for (const at of [72, 80, 88]) header.writeBigUInt64LE(BigInt(ids.length), at);
  header[97] = UNCOMPRESSED;
  header[98] = UNCOMPRESSED;
  header[99] = MVT;
  header[100] = 0;
  header[101] = ids.at(-1)! >= FIRST_ID_OF_ZOOM_1 ? 1 : 0;
  for (const [i, value] of [-180e7, -85e7, 180e7, 85e7].entries()) header.writeInt32LE(value, 102 + 4 * i);
  return Buffer.concat([header, directory, metadata, data]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}
