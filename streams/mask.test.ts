import { expect, test } from 'vitest';
import { maskAddress, withoutAddresses } from './mask.ts';

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

test.each([
  ['http://u:p@10.0.0.1:5/live/secret/x.m3u8?token=t Connection refused', 'the address Connection refused'],
  [
    'got "No such file" for /srv/clips/gate.mp4, expected a video file',
    'got "No such file" for the file, expected a video file',
  ],
  ['no picture for 3.7 s', 'no picture for 3.7 s'],
  ['got 401/403 of 2 tries', 'got 401/403 of 2 tries'],
])('without addresses: %s', (text, told) => {
  expect(withoutAddresses(text)).toBe(told);
});
