import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { nowMs } from '#streams/clock.ts';
import { KeyframeDecoders } from '#streams/decoders.ts';
import { paintedClip } from '#streams/fixtures/painted-clip.ts';
import { startRtspServer } from '#streams/rtsp/server.ts';
import type { WatchedCameraConfig } from './messages.ts';
import { WatchedCamera } from './watched-camera.ts';

test.each(['all', 'keyframes'] as const)(
  '%s: a camera whose turn comes late is analysed by its newest picture',
  async (decode) => {
    const server = await startRtspServer({
      port: 0,
      clips: { cam: paintedClip({ frames: 40, keyIntervalFrames: 4 }) },
    });
    const decoders = new KeyframeDecoders();
    const config: WatchedCameraConfig = {
      id: 'cam',
      source: { kind: 'url', url: server.url('cam') },
      lngLat: [116, 37],
      views: [{ id: 'default', zones: [], drawing: '', fingerprint: null }],
      algorithms: [],
      decode,
      samplePeriodMs: 100,
    };
    let asked = 0;
    const camera = new WatchedCamera(config, 'Asia/Shanghai', [], decoders, {
      onDue: () => asked++,
      onState: () => undefined,
      onPictureFault: () => undefined,
      onView: () => undefined,
      onFingerprint: () => undefined,
    });
    const deadlineMs = nowMs() + 5000;
    while (asked === 0 && nowMs() < deadlineMs) await sleep(5);
    // Nobody takes a picture for a second: some 20 pictures, of which 5 are keys, and 10 sampling periods.
    await sleep(1000);
    const turnAtMs = nowMs();
    const due = camera.takeDue();
    // A key picture comes every 200 ms, any picture every 50 ms; the rest is for a machine that is slow to deliver.
    expect(turnAtMs - due!.frame.capturedAtMs).toBeLessThan(500);
    expect(camera.takeDue()).toBeNull();
    await camera.close();
    decoders.close();
    await server.close();
  },
);
