import { Refusal } from '../contract/refusal.ts';
import { decodeText } from './decode-text.ts';
import { type Markup, readMarkup } from './read-markup.ts';
import type { RegisterReader, RegisterRow } from './register-row.ts';

/** Elements of a catalog's item that no camera's register has a column for. */
const PASSED_OVER = new Set(
  'Item Info Extension Manufacturer Model Owner Block Parental ParentID SafetyWay RegisterWay CertNum Certifiable ErrCode EndTime Secrecy IPAddress Port Password Status'.split(
    ' ',
  ),
);

const DIVISION = /^\d{6}(\d{3}){0,2}$/;

/** The items of a GB/T 28181 catalog answer (`<DeviceList><Item>…`); `line` is the item. */
export const readCatalog: RegisterReader = async function* ({ path, columns, bytes }) {
  let row: RegisterRow | null = null;
  let done: RegisterRow[] = [];
  let text = '';
  let items = 0;
  let inInfo = false;
  const markup: Markup<RegisterRow> = {
    open(name) {
      text = '';
      // Its elements are codes of the standard's own, some under the names of our columns.
      if (name === 'Info') inInfo = true;
      if (name !== 'Item') return;
      items += 1;
      row = { line: items, cells: {} };
    },
    text(more) {
      text += more;
    },
    close(name) {
      if (row === null) return;
      if (name === 'Info') inInfo = false;
      if (name === 'Item') {
        done.push(row);
        row = null;
      } else if (!PASSED_OVER.has(name)) {
        if (inInfo) return;
        const key = columns.columnOf(name);
        const cell = text.trim();
        // Platforms write eight digits or a word there; the position tells the county anyway.
        if (key === 'divisionCode' && cell !== '' && !DIVISION.test(cell)) return;
        columns.sample(name, cell);
        if (key !== null) row.cells[key] = cell;
      }
      text = '';
    },
    take() {
      const taken = done;
      done = [];
      return taken;
    },
  };
  yield* readMarkup(decodeText(path, bytes), markup);
  columns.assertMapped();
  if (items > 0) return;
  throw new Refusal(422, 'unreadable-file', 'The file is no GB/T 28181 catalog.', {
    got: 'no <Item>',
    expected: '<DeviceList> with an <Item> for each camera',
  });
};
