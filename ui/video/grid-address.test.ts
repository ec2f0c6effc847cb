import { expect, test } from 'vitest';
import { liveAddress } from '../addresses.ts';
import { gridAddress, readGrid, withCamera, withGrid } from './grid-address.ts';

const queryOf = (address: string) => address.slice(address.indexOf('?'));

test('an address says the whole grid: what is read from it writes the same address', () => {
  const view = readGrid('?grid=9&cameras=a,,东风-7&marks=1&enlarged=a');
  expect(view.cameras.slice(0, 4)).toEqual(['a', null, '东风-7', null]);
  expect(view).toMatchObject({ grid: 9, marks: true, enlarged: 'a' });
  expect(readGrid(queryOf(gridAddress(view)))).toEqual(view);
});

test('an address that says little or nonsense gives a grid all the same', () => {
  expect(readGrid('')).toMatchObject({ grid: 4, cameras: [null, null, null, null], marks: false, enlarged: null });
  expect(readGrid('?grid=7&cameras=a,b,c,d,e')).toMatchObject({ grid: 9 });
  expect(readGrid('?grid=4&cameras=a,a,b&enlarged=x')).toMatchObject({
    cameras: ['a', null, 'b', null],
    enlarged: null,
  });
  expect(readGrid(queryOf(liveAddress('东风-7')))).toMatchObject({ grid: 1, cameras: ['东风-7'] });
});

test('fewer tiles keep the first cameras, more tiles keep all where they are', () => {
  const view = readGrid('?grid=9&cameras=a,,b,,,c,d,e');
  expect(withGrid(view, 4).cameras).toEqual(['a', 'b', 'c', 'd']);
  expect(withGrid(view, 16).cameras.slice(0, 8)).toEqual(['a', null, 'b', null, null, 'c', 'd', 'e']);
});

test('a camera is in one tile only', () => {
  const view = readGrid('?grid=4&cameras=a,b&enlarged=a');
  expect(withCamera(view, 3, 'a').cameras).toEqual([null, 'b', null, 'a']);
  expect(withCamera(view, 0, null)).toMatchObject({ cameras: [null, 'b', null, null], enlarged: null });
});
