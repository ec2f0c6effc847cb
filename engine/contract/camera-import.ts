import { z } from 'zod';
import { CameraConfig, CameraId, Crs, LngLat, OnvifAddress } from '#config/camera.ts';

/** What a file of a register is written in, told by the ending of its name; or a device that was asked instead. */
export const RegisterFormat = z.enum(['csv', 'geojson', 'catalog-xml', 'xlsx', 'onvif']);
export type RegisterFormat = z.infer<typeof RegisterFormat>;

/** What a register says of a camera, by the names that the API and the files' columns go by. */
export const ColumnKey = z.enum([
  'id',
  'name',
  'gbId',
  'department',
  'address',
  'divisionCode',
  'lng',
  'lat',
  'headingDeg',
  'fovDeg',
  'rangeM',
  'mountHeightM',
  'resolution',
  'tags',
  'inspection',
  'source',
  'subSource',
  'onvif',
]);
export type ColumnKey = z.infer<typeof ColumnKey>;

/** Those that a file may have: only a device that is asked tells what it is turned by. */
export const FileColumn = ColumnKey.exclude(['onvif']);
export type FileColumn = z.infer<typeof FileColumn>;

/** What headings of one's own mean; null: the column is left out. A heading that is not named is guessed. */
export const ColumnMapping = z.record(z.string().max(200), FileColumn.nullable());
export type ColumnMapping = z.infer<typeof ColumnMapping>;

/** A column of a file, and what it is taken for. */
export const ImportColumn = z.object({
  heading: z.string(),
  column: FileColumn.nullable().describe('null: none, it is left out'),
  by: z
    .enum(['given', 'remembered', 'guessed'])
    .nullable()
    .describe(
      'given: the mapping says so; remembered: the account’s last mapping of a file headed alike; null: nobody knows it',
    ),
  samples: z.array(z.string()).describe('At most three of its cells, without addresses'),
});
export type ImportColumn = z.infer<typeof ImportColumn>;

/**
 * A camera or recorder that is asked for its channels: each becomes a row. Its password goes into the rows' addresses and nowhere
 * else. A device knows no place: all its channels are put where it is said to be.
 */
export const NewOnvifImport = z.strictObject({
  url: OnvifAddress.shape.url,
  username: OnvifAddress.shape.username.unwrap(),
  password: OnvifAddress.shape.password.unwrap(),
  id: CameraId.max(40).describe('What the ids of its cameras begin with; a channel’s own name follows'),
  name: z.string().trim().min(1).max(100).describe('What its cameras are called; of several each with a number'),
  lngLat: LngLat,
  crs: Crs.describe('What the position is in; stated, never guessed'),
  department: CameraConfig.shape.department.unwrap().min(1).optional(),
});
export type NewOnvifImport = z.infer<typeof NewOnvifImport>;

/** What becomes of a row. */
export const RowOutcome = z.enum(['added', 'changed', 'same', 'refused']);
export type RowOutcome = z.infer<typeof RowOutcome>;

/** Why a row is refused; `county-differs` is only a note on one that is not. */
const RowReasonCode = z.enum([
  'missing-id',
  'bad-id',
  'bad-gb-id',
  'not-a-camera',
  'missing-name',
  'missing-position',
  'bad-position',
  'swapped-position',
  'outside-city',
  'duplicate-in-file',
  'duplicate-gb-id',
  'bad-address',
  'bad-value',
  'outside-your-scope',
  'county-differs',
]);

const Shown = z.string().max(200).nullable();

/** One row of a dry run. No address of a stream is among what it shows. */
export const ImportRow = z.object({
  n: z.number().int(),
  line: z.number().int().describe('Where it stands in the file'),
  outcome: RowOutcome,
  cameraId: z.string().nullable(),
  name: z.string().nullable(),
  reasons: z.array(z.object({ code: RowReasonCode, column: ColumnKey.nullable(), got: Shown, expected: Shown })),
  changes: z.array(z.object({ column: ColumnKey, before: Shown, after: Shown })),
});
export type ImportRow = z.infer<typeof ImportRow>;

/**
 * reading: the dry run is under way; ready: it can be applied; refused: the file itself is none; applying; applied;
 * failed: broken off, nothing was changed.
 */
export const ImportState = z.enum(['reading', 'ready', 'refused', 'applying', 'applied', 'failed']);
export type ImportState = z.infer<typeof ImportState>;

/** A register's import: first a dry run, and what it showed can then be applied. */
export const CameraImport = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  by: z.string(),
  fileName: z.string(),
  format: RegisterFormat,
  crs: z.enum(['WGS84', 'GCJ02', 'BD09']),
  state: ImportState,
  counts: z.object({
    added: z.number().int(),
    changed: z.number().int(),
    same: z.number().int(),
    refused: z.number().int(),
  }),
  columns: z.array(ImportColumn).describe('As far as the file was read'),
  problem: z
    .object({ code: z.string(), message: z.string(), got: z.unknown(), expected: z.unknown() })
    .nullable()
    .describe('Why it is refused or failed'),
  progress: z
    .object({
      done: z.number().int().describe('Rows'),
      total: z.number().int().nullable().describe('Rows; null while the file is still read'),
      bytesDone: z.number().int().nullable().describe('Of the file; null when it is not being read'),
      bytesTotal: z.number().int().nullable(),
    })
    .nullable()
    .describe('null when nothing is under way'),
  appliedAt: z.iso.datetime().nullable(),
});
export type CameraImport = z.infer<typeof CameraImport>;

export const ImportRowPage = z.object({ items: z.array(ImportRow), next: z.number().int().nullable() });
