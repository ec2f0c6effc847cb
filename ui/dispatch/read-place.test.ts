import { expect, test } from 'vitest';
import { readPlace, sayPlace } from './read-place.ts';

test('a place is read as it is typed, longitude first; what is none is not guessed', () => {
  for (const typed of ['116.3074, 37.4534', ' 116.3074，37.4534 ', '116.3074 37.4534', '116.3074 ,37.4534']) {
    expect(readPlace(typed), typed).toEqual([116.3074, 37.4534]);
  }
  for (const typed of ['', '116.3074', '37.4534, 116.3074', '116.3, 37.4, 1', '116.3°, 37.4°', '1e2, 37', 'a, b']) {
    expect(readPlace(typed), typed).toBeNull();
  }
  expect(readPlace(sayPlace([116.123456789, 37.4]))).toEqual([116.123457, 37.4]);
});
