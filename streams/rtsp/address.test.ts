import { expect, test } from 'vitest';
import { parseAddress } from './address.ts';

const CASES: [url: string, username: string | null, password: string | null, host: string, plainUrl: string][] = [
  ['rtsp://10.0.0.5/live', null, null, '10.0.0.5', 'rtsp://10.0.0.5/live'],
  ['rtsp://admin@10.0.0.5', 'admin', '', '10.0.0.5', 'rtsp://10.0.0.5'],
  ['rtsp://admin:a%40b%2F%25@10.0.0.5:8554/x?y=1', 'admin', 'a@b/%', '10.0.0.5', 'rtsp://10.0.0.5:8554/x?y=1'],
  ['rtsp://admin:p#1$@%/?w@10.0.0.5:554/S/101', 'admin', 'p#1$@%/?w', '10.0.0.5', 'rtsp://10.0.0.5:554/S/101'],
  ['rtsp://admin:p@ss/w@10.0.0.5/x', 'admin', 'p@ss/w', '10.0.0.5', 'rtsp://10.0.0.5/x'],
  ['rtsp://admin:123/45@10.0.0.5/x', 'admin', '123/45', '10.0.0.5', 'rtsp://10.0.0.5/x'],
  [
    'rtsp://管理员:密码#1@cam.example.com/流',
    '管理员',
    '密码#1',
    'cam.example.com',
    'rtsp://cam.example.com/%E6%B5%81',
  ],
  ['rtsp://u:p%zz@localhost/x', 'u', 'p%zz', 'localhost', 'rtsp://localhost/x'],
  ['rtsp://u:p@10.0.0.5/live@hd', 'u', 'p', '10.0.0.5', 'rtsp://10.0.0.5/live@hd'],
  ['rtsp://10.0.0.5:554/live@cam.example', null, null, '10.0.0.5', 'rtsp://10.0.0.5:554/live@cam.example'],
  ['rtsp://u:p@gate-7/live@hd', 'u', 'p', 'gate-7', 'rtsp://gate-7/live@hd'],
  ['rtsp://[::1]:8554/x', null, null, '::1', 'rtsp://[::1]:8554/x'],
  ['rtsps://u:p:q@[fe80::1]/x', 'u', 'p:q', 'fe80::1', 'rtsps://[fe80::1]/x'],
  ['RTSP://Cam_1.local/a?b=c#d', null, null, 'Cam_1.local', 'rtsp://Cam_1.local/a?b=c#d'],
];

test.each(CASES)('%s', (url, username, password, host, plainUrl) => {
  expect(parseAddress(url)).toMatchObject({ username, password, host, plainUrl });
});

test('an address without a host says what was expected', () => {
  for (const url of ['rtsp://', 'rtsp:///x', 'rtsp://a:99999/x', '10.0.0.5/x'])
    expect(() => parseAddress(url)).toThrow(/expected for example rtsp/);
});
