import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ColumnMapping } from '../contract/camera-import.ts';
import { guarded, unguarded } from './guard-cell.ts';
import { formatOf, readerOf } from './open-register.ts';
import { RegisterColumns } from './register-columns.ts';
import type { RegisterRow } from './register-row.ts';
import { writeXlsx } from './write-xlsx.ts';
import { zipForTests } from './zip-for-tests.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chengnao-readers-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(name: string, bytes: Buffer | string, mapping: ColumnMapping = {}) {
  const path = join(folder, name);
  await writeFile(path, bytes);
  const columns = new RegisterColumns(mapping);
  const told = { done: 0, total: null };
  const rows: RegisterRow[] = [];
  for await (const row of readerOf(formatOf(name)!)({ path, columns, bytes: told })) rows.push(row);
  const known = columns.list();
  const ignored = known.flatMap(({ heading, column }) => (column === null ? heading : []));
  return { rows, ignored, known, told };
}

/** 编号,名称 / a1,东风路口 in GB18030. */
const GB18030 = Buffer.from('b1e0bac52cc3fbb3c60a61312cb6abb7e7c2b7bfda0a', 'hex');

test('CSV is read in UTF-8 with or without a BOM, and in GB18030', async () => {
  const wanted = [{ line: 2, cells: { id: 'a1', name: '东风路口' } }];
  expect((await read('plain.csv', '编号,名称\na1,东风路口\n')).rows).toEqual(wanted);
  expect((await read('bom.csv', '\uFEFF编号,名称\r\na1,东风路口\r\n\r\n')).rows).toEqual(wanted);
  expect((await read('gb.csv', GB18030)).rows).toEqual(wanted);
});

test('CSV may be quoted, cut short, delimited otherwise, and headed by one’s own words', async () => {
  const text = '点号;备注;名称;地址\n"a;1";x;"he said ""no""\nand went";\nb2;;短\n';
  const { rows, ignored } = await read('own.csv', text, { 点号: 'id' });
  expect(rows.map(({ cells }) => cells)).toEqual([
    { id: 'a;1', name: 'he said "no"\nand went', address: '' },
    { id: 'b2', name: '短' },
  ]);
  expect(ignored).toEqual(['备注']);
});

test('CSV that is none, names no camera, or names a column twice is refused', async () => {
  await expect(read('quote.csv', '编号,名称\n"a1,东\n')).rejects.toMatchObject({ code: 'unreadable-file' });
  await expect(read('noid.csv', '名称,地址\nx,y\n')).rejects.toMatchObject({ code: 'no-id-column' });
  await expect(read('twice.csv', '编号,id,名称\nx,y,z\n')).rejects.toMatchObject({ code: 'column-twice' });
});

test('GeoJSON gives points and their properties, and anything else is refused', async () => {
  const feature = {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [116.3, 37.4, 12] },
    properties: { id: 'a1', name: '东', tags: ['学校', '路口'], inspection: true, colour: 'red', address: null },
  };
  const { rows, ignored } = await read('a.geojson', JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
  expect(rows).toEqual([
    {
      line: 1,
      cells: { id: 'a1', name: '东', tags: '学校;路口', inspection: '是', address: '', lng: '116.3', lat: '37.4' },
    },
  ]);
  expect(ignored).toEqual(['colour']);
  await expect(read('b.geojson', '{"type":')).rejects.toMatchObject({ code: 'unreadable-file' });
  const line = { ...feature, geometry: { type: 'LineString', coordinates: [[1, 2]] } };
  const lines = JSON.stringify({ type: 'FeatureCollection', features: [line] });
  await expect(read('c.geojson', lines)).rejects.toMatchObject({ code: 'unreadable-file' });
});

test('a GB/T 28181 catalog gives its items; its own codes are not taken for columns', async () => {
  const xml = `<?xml version="1.0" encoding="UTF-8"?><Response><CmdType>Catalog</CmdType><DeviceList Num="1"><Item>
    <DeviceID>37140200081320000001</DeviceID><Name>东风 &amp; 湖滨</Name><Manufacturer>M</Manufacturer>
    <CivilCode>37140200</CivilCode><Longitude>116.3</Longitude><Latitude>37.4</Latitude><Address><![CDATA[1<2]]></Address>
    <Info><PTZType>1</PTZType><Resolution>6/4</Resolution></Info></Item></DeviceList></Response>`;
  const cells = { gbId: '37140200081320000001', name: '东风 & 湖滨', lng: '116.3', lat: '37.4', address: '1<2' };
  expect((await read('a.xml', xml)).rows).toEqual([{ line: 1, cells }]);
  await expect(read('b.xml', '<Response></Response>')).rejects.toMatchObject({ code: 'unreadable-file' });
  await expect(read('c.xml', '<Response><Item></Response>')).rejects.toMatchObject({ code: 'unreadable-file' });
});

test('XML that would unfold without end is refused at its document type', async () => {
  const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><Response><Item><Name>&b;</Name></Item></Response>`;
  await expect(read('bomb.xml', bomb)).rejects.toMatchObject({ code: 'document-type' });
  const entity = '<Response><Item><Name>&b;</Name></Item></Response>';
  await expect(read('entity.xml', entity)).rejects.toMatchObject({ code: 'unreadable-file' });
});

const WORKBOOK = [
  {
    name: 'xl/workbook.xml',
    text: '<workbook xmlns:r="urn:r"><sheets><sheet name="点位" sheetId="1" r:id="rId7"/></sheets></workbook>',
  },
  {
    name: 'xl/_rels/workbook.xml.rels',
    text: '<Relationships><Relationship Id="rId7" Target="worksheets/sheet1.xml"/></Relationships>',
  },
  {
    name: 'xl/sharedStrings.xml',
    text: '<sst><si><t>编号</t></si><si><t>名称</t></si><si><r><t>东</t></r><r><t>风</t></r><rPh><t>dong</t></rPh></si></sst>',
  },
  {
    name: 'xl/worksheets/sheet1.xml',
    text: `<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c><c r="D1" t="inlineStr"><is><t>经度</t></is></c></row>
      <row r="3"><c r="A3"><v>12</v></c><c r="C3" t="s"><v>2</v></c><c r="D3"><v>116.3</v></c></row></sheetData></worksheet>`,
  },
];

test('XLSX gives the rows of its first sheet, with shared, rich and inline text', async () => {
  const { rows } = await read('a.xlsx', zipForTests(WORKBOOK));
  expect(rows).toEqual([{ line: 3, cells: { id: '12', name: '东风', lng: '116.3' } }]);
});

test('XLSX that states too much, unfolds into more than it states, or is none is refused', async () => {
  const [workbook, relations, strings, sheet] = WORKBOOK as [never, never, never, (typeof WORKBOOK)[0]];
  const stated = zipForTests([workbook, relations, strings, { ...sheet, statedBytes: 2_000_000_000 }]);
  await expect(read('big.xlsx', stated)).rejects.toMatchObject({ code: 'unfolds-too-large' });
  const lying = zipForTests([
    workbook,
    relations,
    strings,
    { ...sheet, text: sheet.text + ' '.repeat(1e6), statedBytes: 300 },
  ]);
  await expect(read('lying.xlsx', lying)).rejects.toMatchObject({ code: 'unreadable-file' });
  await expect(read('none.xlsx', '编号,名称\n')).rejects.toMatchObject({ code: 'unreadable-file' });
});

test('columns are told with what they are taken for, by whom, and a few of their cells without addresses', async () => {
  const text =
    '编号,点名,备注,流地址\n' +
    ['a,东,x', 'b,东,', 'c,西,y', 'd,南,z', 'e,北,w'].map((row) => `${row},rtsp://u:s3cret@10.0.0.1/a\n`).join('');
  const { known, told } = await read('columns.csv', text, { 点名: 'name', 流地址: null });
  expect(known).toEqual([
    { heading: '编号', column: 'id', by: 'guessed', samples: ['a', 'b', 'c'] },
    { heading: '点名', column: 'name', by: 'given', samples: ['东', '西', '南'] },
    { heading: '备注', column: null, by: null, samples: ['x', 'y', 'z'] },
    { heading: '流地址', column: null, by: 'given', samples: ['rtsp://…'] },
  ]);
  expect(told).toEqual({ done: Buffer.byteLength(text), total: Buffer.byteLength(text) });
  await expect(read('absent.csv', text, { 经度X: 'lng' })).rejects.toMatchObject({
    code: 'unknown-heading',
    got: ['经度X'],
    expected: ['编号', '点名', '备注', '流地址'],
  });
});

test.each([
  ['a NUL', Buffer.from('编号,名称\na1,东\0风\n')],
  ['UTF-16', Buffer.from('\uFEFF编号,名称\na1,东\n', 'utf16le')],
  ['bytes of no known encoding', Buffer.from('69642c6e616d650a61312c ff ff 0a'.replaceAll(' ', ''), 'hex')],
  ['UTF-8 with a broken character', Buffer.concat([Buffer.from('编号,名称\na1,东风'), Buffer.from([0xe4, 0x0a])])],
])('text with %s is refused', async (_, bytes) => {
  await expect(read('bad.csv', bytes)).rejects.toMatchObject({ code: 'not-text', got: expect.stringMatching(/\d/) });
});

test('a cell of 10 MB is refused where it stands, in CSV and XLSX', async () => {
  const long = '东'.repeat(3_500_000);
  await expect(read('long.csv', `编号,名称\na1,"${long}"\n`)).rejects.toMatchObject({
    code: 'unreadable-file',
    got: expect.stringContaining('CSV_MAX_RECORD_SIZE'),
  });
  const sheet = `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>编号</t></is></c></row>
    <row r="2"><c r="A2" t="inlineStr"><is><t>${long}</t></is></c></row></sheetData></worksheet>`;
  const [workbook, relations] = WORKBOOK as [never, never];
  const packed = zipForTests([workbook, relations, { name: 'xl/worksheets/sheet1.xml', text: sheet }]);
  await expect(read('long.xlsx', packed)).rejects.toMatchObject({ code: 'cell-too-long' });
});

test('a formula is refused where a column is taken, and passed over where none is; nothing outside is opened', async () => {
  const [workbook, relations] = WORKBOOK as [never, never];
  const cell = (at: string, text: string) => `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
  const withSheet = (row: string) =>
    zipForTests([
      workbook,
      relations,
      {
        name: 'xl/worksheets/sheet1.xml',
        text: `<worksheet><sheetData><row r="1">${cell('A1', '编号')}${cell('B1', '序号')}${cell('C1', '经度')}</row><row r="2">${row}</row></sheetData></worksheet>`,
      },
      {
        name: 'xl/externalLinks/externalLink1.xml',
        text: '<externalLink><externalBook r:id="rId1"/></externalLink>',
      },
      {
        name: 'xl/externalLinks/_rels/externalLink1.xml.rels',
        text: '<Relationships><Relationship Id="rId1" TargetMode="External" Target="http://127.0.0.1:9/other.xlsx"/></Relationships>',
      },
    ]);
  const passed = withSheet(`${cell('A2', 'a1')}<c r="B2"><f>ROW()-1</f><v>1</v></c><c r="C2"><v>116.3</v></c>`);
  expect((await read('row.xlsx', passed)).rows).toEqual([{ line: 2, cells: { id: 'a1', lng: '116.3' } }]);
  const outside = withSheet(`${cell('A2', 'a1')}<c r="C2"><f>[1]Sheet1!$A$1</f><v>116.3</v></c>`);
  await expect(read('outside.xlsx', outside)).rejects.toMatchObject({
    code: 'formula-cell',
    got: 'C2: =[1]Sheet1!$A$1',
  });
});

test('GeoJSON with text that no database takes is refused', async () => {
  for (const name of ['\\u0000', '\\ud842']) {
    const text = `{"type":"FeatureCollection","features":[{"geometry":null,"properties":{"id":"a1","name":"x${name}"}}]}`;
    await expect(read('text.geojson', text)).rejects.toMatchObject({ code: 'unreadable-file' });
  }
});

test('what a spreadsheet would run is written so that it does not, and comes back as it was', async () => {
  const cells = ['=1+1', '+86', '+A1', '-', '-116.3', '@SUM(A1)', "'=1", "''@", '＝1', '东风', "'东风", '1-2', 'a=b'];
  for (const text of cells) {
    expect(/^[=+\-@＝＋－＠]/.test(guarded(text)) && Number.isNaN(Number(text)), text).toBe(false);
    expect(unguarded(guarded(text)), text).toBe(text);
  }
  const packed = await writeXlsx('册', [['编号', '名称'], ...cells.map((text, i) => [`a${i}`, guarded(text)])]);
  expect((await read('guarded.xlsx', packed)).rows.map(({ cells: { name } }) => name)).toEqual(cells);
});
