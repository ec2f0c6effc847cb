import { exportCatalog, exportCsv, exportGeojson, exportXlsx } from '../../camera-imports/export.ts';
import { formatOf, REGISTER_ENDINGS, readerOf } from '../../camera-imports/open-register.ts';
import { readImport, readImportRows } from '../../camera-imports/read-imports.ts';
import { readOnvif } from '../../camera-imports/read-onvif.ts';
import type { Reading } from '../../camera-imports/register-row.ts';
import {
  CameraImport,
  ColumnMapping,
  FileColumn,
  ImportRowPage,
  NewOnvifImport,
} from '../../contract/camera-import.ts';
import { Refusal } from '../../contract/refusal.ts';
import { receiveFile } from '../receive-file.ts';
import { type Route, route } from '../route.ts';
import { ById, ImportQuery, ImportRowQuery } from '../shapes.ts';

const LARGEST_FILE_BYTES = 64 * 1024 * 1024;

export const CAMERA_IMPORT_ROUTES: Route[] = [
  route({
    method: 'POST',
    path: '/api/camera-imports',
    who: 'cameras.write',
    summary: 'Takes a register’s file as the body and begins a dry run of it: nothing is changed.',
    query: ImportQuery,
    answer: CameraImport,
    status: 202,
    async run({ context, account, query, request, response }) {
      const { fileName, crs } = query;
      const format = formatOf(fileName);
      if (format === null) {
        throw new Refusal(422, 'unknown-format', `No reader knows files like "${fileName}".`, {
          got: fileName,
          expected: REGISTER_ENDINGS,
        });
      }
      const mapping = readMapping(query.mapping);
      context.imports.assertIdle();
      const file = await receiveFile(request, response, LARGEST_FILE_BYTES);
      const rows = (into: Omit<Reading, 'path'>) => readerOf(format)({ path: file.path, ...into });
      const given = { fileName, format, crs, mapping, rows };
      try {
        return await context.imports.begin(account, given, file.remove);
      } catch (error) {
        await file.remove();
        throw error;
      }
    },
  }),
  route({
    method: 'POST',
    path: '/api/camera-imports/onvif',
    who: 'cameras.write',
    summary: 'Asks an ONVIF camera or recorder for its channels and begins a dry run of them: nothing is changed.',
    body: NewOnvifImport,
    answer: CameraImport,
    status: 202,
    run({ context, account, body }) {
      const rows = () => readOnvif({ ...body, department: body.department ?? account.department ?? undefined });
      const given = { fileName: body.name, format: 'onvif' as const, crs: body.crs, mapping: null, rows };
      return context.imports.begin(account, given, async () => undefined);
    },
  }),
  route({
    method: 'GET',
    path: '/api/camera-imports/:id',
    who: 'cameras.write',
    summary: 'How far an import is, and what it would do or did.',
    params: ById,
    answer: CameraImport,
    run: ({ context, account, params: { id } }) =>
      readImport(context.store.db, account, id, context.imports.progressOf(id)),
  }),
  route({
    method: 'GET',
    path: '/api/camera-imports/:id/rows',
    who: 'cameras.write',
    summary: 'What becomes of each row, in the order of the file.',
    params: ById,
    query: ImportRowQuery,
    answer: ImportRowPage,
    run: ({ context, account, params, query: { outcome, after, limit } }) =>
      readImportRows(context.store.db, account, params.id, { outcome, after, limit }),
  }),
  route({
    method: 'POST',
    path: '/api/camera-imports/:id/apply',
    who: 'cameras.write',
    summary: 'Begins to do exactly what the dry run showed.',
    params: ById,
    answer: CameraImport,
    status: 202,
    run: ({ context, account, params }) => context.imports.apply(account, params.id),
  }),
  route({
    method: 'POST',
    path: '/api/camera-imports/:id/cancel',
    who: 'cameras.write',
    summary: 'Breaks off a dry run or its application: nothing of it will have been changed.',
    params: ById,
    answer: CameraImport,
    run: ({ context, account, params }) => context.imports.cancel(account, params.id),
  }),
  route({
    method: 'GET',
    path: '/api/cameras.csv',
    recorded: true,
    who: 'cameras.read',
    summary: 'The register as CSV, in WGS84 and without addresses.',
    answer: { mediaType: 'text/csv; charset=utf-8' },
    run: async ({ context, account }) => download(await exportCsv(context.store.db, account), 'csv'),
  }),
  route({
    method: 'GET',
    path: '/api/cameras.xlsx',
    recorded: true,
    who: 'cameras.read',
    summary: 'The register as an XLSX workbook, in WGS84 and without addresses.',
    answer: { mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' },
    run: async ({ context, account }) => download(await exportXlsx(context.store.db, account), 'xlsx'),
  }),
  route({
    method: 'GET',
    path: '/api/cameras.geojson',
    recorded: true,
    who: 'cameras.read',
    summary: 'The register as GeoJSON, without addresses.',
    answer: { mediaType: 'application/geo+json' },
    run: async ({ context, account }) => download(await exportGeojson(context.store.db, account), 'geojson'),
  }),
  route({
    method: 'GET',
    path: '/api/cameras.xml',
    recorded: true,
    who: 'cameras.read',
    summary: 'The register as a GB/T 28181 catalog, in WGS84 and without addresses.',
    answer: { mediaType: 'application/xml' },
    run: async ({ context, account }) => download(await exportCatalog(context.store.db, account), 'xml'),
  }),
];

function download(bytes: string | Buffer, ending: string) {
  return { bytes, headers: { 'Content-Disposition': `attachment; filename="cameras.${ending}"` } };
}

function readMapping(text: string | undefined): ColumnMapping | null {
  if (text === undefined) return null;
  try {
    return ColumnMapping.parse(JSON.parse(text));
  } catch (cause) {
    throw new Refusal(400, 'invalid-mapping', 'The mapping of columns is not as expected.', {
      got: text.slice(0, 200),
      expected: `JSON {"heading": column}, a column being null or one of ${FileColumn.options.join(', ')}`,
      cause,
    });
  }
}
