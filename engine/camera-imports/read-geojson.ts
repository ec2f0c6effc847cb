import { z } from 'zod';
import { Refusal } from '../contract/refusal.ts';
import { decodeText } from './decode-text.ts';
import type { RegisterReader, RegisterRow } from './register-row.ts';

const Feature = z.object({
  geometry: z.object({ type: z.literal('Point'), coordinates: z.array(z.number()).min(2) }).nullable(),
  properties: z.record(z.string(), z.unknown()).nullable(),
});
const Collection = z.object({ type: z.literal('FeatureCollection'), features: z.array(z.unknown()) });

/** A FeatureCollection of points (RFC 7946); properties go by the columns' headings or names. `line` is the feature. */
export const readGeojson: RegisterReader = async function* ({ path, columns, bytes }) {
  let text = '';
  for await (const piece of decodeText(path, bytes)) text += piece;
  const { features } = parsed(Collection, text);
  const read = features.map((given, i) => {
    const feature = Feature.safeParse(given);
    if (feature.success) return feature.data;
    throw notGeojson(`feature ${i + 1}: ${feature.error.issues[0]?.message}`);
  });
  await columns.begin([...new Set(read.flatMap(({ properties }) => Object.keys(properties ?? {})))]);
  for (const [i, { geometry, properties }] of read.entries()) {
    const cells: RegisterRow['cells'] = {};
    for (const [name, value] of Object.entries(properties ?? {})) {
      const key = columns.columnOf(name);
      const cell = cellOf(value);
      if (cell.includes('\0') || !cell.isWellFormed()) throw notGeojson(`feature ${i + 1}: ${name} is no text`);
      columns.sample(name, cell);
      if (key !== null) cells[key] = cell;
    }
    if (geometry) [cells.lng, cells.lat] = [String(geometry.coordinates[0]), String(geometry.coordinates[1])];
    yield { line: i + 1, cells };
  }
};

function parsed<T>(schema: z.ZodType<T>, text: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw notGeojson('no JSON', cause);
  }
  const result = schema.safeParse(json);
  if (!result.success) throw notGeojson(result.error.issues[0]?.message ?? 'another shape');
  return result.data;
}

function notGeojson(got: string, cause?: unknown): Refusal {
  return new Refusal(422, 'unreadable-file', 'The file is not a GeoJSON of points.', {
    got,
    expected: 'a FeatureCollection whose features are points',
    cause,
  });
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(String).join(';');
  if (typeof value === 'boolean') return value ? '是' : '';
  return String(value).trim();
}
