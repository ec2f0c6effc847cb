import { expect, test } from 'vitest';
import { maskAddress } from './mask.ts';

test.each([
  ['rtsp://admin:secret@10.0.0.5:554/live', 'rtsp://***@10.0.0.5:554/live'],
  ['rtsp://admin:p#@%/?s@[::1]:8554/x failed', 'rtsp://***@[::1]:8554/x failed'],
  ['rtsp://[::1]:8554/x', 'rtsp://[::1]:8554/x'],
  ['http://u:密码@a/b.m3u8?token=abc&x=1 and rtsps://v:w@b', 'http://***@a/b.m3u8?token=***&x=1 and rtsps://***@b'],
  ['http://a/b?user=u&password=p%20q#f', 'http://a/b?user=***&password=***#f'],
  ['Authorization: Digest username="a", response="b"', 'Authorization: ***'],
  ['no address here', 'no address here'],
])('%s', (text, masked) => {
  expect(maskAddress(text)).toBe(masked);
});
