import { expect, test } from 'vitest';
import { InterleavedReader, type RtspMessage } from './interleaved.ts';

function packet(channel: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x24, channel, payload.length >> 8, payload.length & 255]), payload]);
}

const STREAM = Buffer.concat([
  Buffer.from(
    'RTSP/1.0 200 OK\r\nCSeq: 1\r\nWWW-Authenticate: a\r\nwww-authenticate: b\r\nContent-Length: 4\r\n\r\n$abc',
  ),
  packet(0, Buffer.from('first')),
  packet(1, Buffer.alloc(0)),
  packet(0, Buffer.alloc(700, 0x24)),
  Buffer.from('OPTIONS * RTSP/1.0\r\nCSeq: 7\r\n\r\n'),
  packet(2, Buffer.from('R')),
]);

function read(chunks: Buffer[]) {
  const packets: string[] = [];
  const messages: RtspMessage[] = [];
  const reader = new InterleavedReader({
    onPacket: (channel, data, start, end) => packets.push(`${channel} ${data.toString('latin1', start, end)}`),
    onMessage: (message) => messages.push(message),
  });
  for (const chunk of chunks) reader.push(chunk);
  return { packets, messages };
}

test('messages and packets come out the same wherever the chunks end', () => {
  const whole = read([STREAM]);
  expect(whole.packets).toEqual(['0 first', '1 ', `0 ${'$'.repeat(700)}`, '2 R']);
  expect(whole.messages.map(({ startLine }) => startLine)).toEqual(['RTSP/1.0 200 OK', 'OPTIONS * RTSP/1.0']);
  expect(whole.messages[0]).toMatchObject({ body: '$abc' });
  expect(whole.messages[0]!.headers.get('www-authenticate')).toEqual(['a', 'b']);
  for (let at = 1; at < STREAM.length; at++) expect(read([STREAM.subarray(0, at), STREAM.subarray(at)])).toEqual(whole);
  expect(read([...STREAM].map((byte) => Buffer.from([byte])))).toEqual(whole);
});

test('lost framing is an error that shows the byte', () => {
  expect(() => read([Buffer.from([0x24, 0, 0, 1, 9, 0x07])])).toThrow('got byte 0x7 between packets');
});
