import { expect, test } from 'vitest';
import { Recorder } from './fixtures/listener.ts';
import { openStream } from './open-stream.ts';

test('without the ffmpeg program an HLS camera is offline and says what is missing', async () => {
  const path = process.env.PATH;
  process.env.PATH = '/nowhere';
  try {
    const recorder = new Recorder();
    const stream = openStream({ kind: 'url', url: 'http://127.0.0.1:1/live.m3u8' }, recorder);
    await recorder.whenState('offline');
    expect(recorder.code).toBe('program-missing');
    expect(recorder.reason).toContain('needs the ffmpeg program');
    await stream.close();
  } finally {
    process.env.PATH = path;
  }
});
