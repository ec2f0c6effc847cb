import { beforeEach, expect, test } from 'vitest';
import type { Account } from '../contract/account.ts';
import { readVideoUnit, VIDEO_HEADER_BYTES, type VideoUnit, writeVideoHeader } from '../contract/video-unit.ts';
import { VideoClient } from './video-client.ts';

const SLOW_BYTES = 3 * 1024 * 1024;

let sent: (VideoUnit | string)[];
let line: { bufferedAmount: number; send: (data: unknown) => void };
let client: VideoClient;
let atMs = 1000;

beforeEach(() => {
  sent = [];
  line = {
    bufferedAmount: 0,
    send: (data) => sent.push(typeof data === 'string' ? data : readVideoUnit(data as Uint8Array)!),
  };
  client = new VideoClient(line, 'token', {} as Account);
  client.onNews({ kind: 'opened', cameraId: 'cam', channel: 7 });
  sent = [];
});

function picture(kind: 'key' | 'inter' | 'lost', channel = 7): void {
  const message = Buffer.alloc(VIDEO_HEADER_BYTES + (kind === 'lost' ? 0 : 5), 9);
  writeVideoHeader(message, {
    channel,
    key: kind === 'key',
    whole: kind !== 'lost',
    codec: 'h265',
    capturedAtMs: atMs++,
  });
  client.onUnit(message, readVideoUnit(message)!);
}
const got = () => sent.map((one) => (typeof one === 'string' ? one : one.whole ? (one.key ? 'key' : 'inter') : 'lost'));

test('what is written into a header is read from it, and a message of another layout is none', () => {
  const message = new Uint8Array(VIDEO_HEADER_BYTES + 2);
  const unit = {
    channel: 0xfffffffe,
    key: true,
    whole: true,
    codec: 'h264',
    capturedAtMs: 1_764_000_000_123.456,
  } as const;
  writeVideoHeader(message, unit);
  expect(readVideoUnit(message)).toEqual({ ...unit, data: new Uint8Array(2) });
  expect(readVideoUnit(message.subarray(0, 15))).toBeNull();
  message[0] = 2;
  expect(readVideoUnit(message)).toBeNull();
});

test('a page that joins gets nothing before a key', () => {
  picture('inter');
  picture('key');
  picture('inter');
  expect(got()).toEqual(['key', 'inter']);
});

test('a page whose line is full loses what comes up to the next key that finds it free, on every channel', () => {
  client.onNews({ kind: 'opened', cameraId: 'other', channel: 8 });
  sent = [];
  picture('key');
  picture('key', 8);
  line.bufferedAmount = SLOW_BYTES;
  picture('inter');
  picture('key');
  client.onNews({ kind: 'boxes', channel: 7, capturedAtMs: 1, boxes: [] });
  line.bufferedAmount = 0;
  picture('inter');
  picture('inter', 8);
  picture('key');
  picture('inter');
  expect(got()).toEqual(['key', 'key', 'inter', 'key', 'inter']);
});

test('after a lost picture, which is told, nothing comes before the next key', () => {
  picture('key');
  picture('lost');
  picture('inter');
  picture('key');
  expect(got()).toEqual(['key', 'lost', 'key']);
});
