import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { columnName } from './column-name.ts';
import { escaped } from './escape-xml.ts';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const SHEETS = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const ROWS_AT_ONCE = 500;

/** The parts that every workbook of one sheet has (ECMA-376-1, 12.3). */
const partsOf = (sheet: string): Record<string, string> => ({
  '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPES}.worksheet+xml"/></Types>`,
  '_rels/.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `<workbook xmlns="${SHEETS}" xmlns:r="${RELATIONS}"><sheets><sheet name="${escaped(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
});

/**
 * A workbook of one sheet. Every cell is text, so that a code of 20 digits keeps them all and none is a formula; the first
 * row stays in sight. It is packed outside of the main thread.
 */
export function writeXlsx(sheet: string, rows: Iterable<readonly string[]>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(partsOf(sheet))) zip.addBuffer(Buffer.from(XML + text), name);
  zip.addReadStream(Readable.from(sheetOf(rows)), 'xl/worksheets/sheet1.xml');
  zip.end();
  return buffer(zip.outputStream);
}

function* sheetOf(rows: Iterable<readonly string[]>): Generator<Buffer> {
  let text = `${XML}<worksheet xmlns="${SHEETS}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="64" width="20" customWidth="1"/></cols><sheetData>`;
  let n = 0;
  for (const row of rows) {
    n += 1;
    text += `<row r="${n}">${row.map((cell, i) => (cell === '' ? '' : `<c r="${columnName(i)}${n}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`)).join('')}</row>`;
    if (n % ROWS_AT_ONCE === 0) {
      yield Buffer.from(text);
      text = '';
    }
  }
  yield Buffer.from(`${text}</sheetData></worksheet>`);
}
