import { expect, test } from 'vitest';
import { readVideoTrack } from './sdp.ts';

const H264 = `v=0\r
o=- 1 1 IN IP4 10.0.0.5\r
a=control:*\r
m=audio 0 RTP/AVP 0\r
a=rtpmap:0 PCMU/8000\r
a=control:trackID=2\r
m=video 0 RTP/AVP 96\r
a=rtpmap:96 H264/90000\r
a=fmtp:96 packetization-mode=1; profile-level-id=42e01f;sprop-parameter-sets=Z0LgH9oBQBbA,aM4wpIA=\r
a=control:trackID=1\r
m=application 0 RTP/AVP 107\r
a=rtpmap:107 vnd.onvif.metadata/90000\r
a=control:trackID=4\r
`;

test('the video track is found among others, with its sets', () => {
  const track = readVideoTrack(H264, 'rtsp://10.0.0.5/live/');
  expect(track).toMatchObject({
    codec: 'h264',
    payloadType: 96,
    trackUrl: 'rtsp://10.0.0.5/live/trackID=1',
    sessionUrl: 'rtsp://10.0.0.5/live/',
  });
  expect(track.parameterSets.map((nal) => nal[0]! & 31)).toEqual([7, 8]);
});

test('H.265 and absolute controls', () => {
  const sdp =
    'v=0\na=control:rtsp://c/s\nm=video 0 RTP/AVP 98\na=rtpmap:98 H265/90000\na=fmtp:98 sprop-vps=QAEMAf//; sprop-sps=QgEBAWAA; sprop-pps=RAHA8rIA; x\na=control:rtsp://c/s/v1?q=2\n';
  const track = readVideoTrack(sdp, 'rtsp://c/s');
  expect(track).toMatchObject({
    codec: 'h265',
    payloadType: 98,
    trackUrl: 'rtsp://c/s/v1?q=2',
    sessionUrl: 'rtsp://c/s',
  });
  expect(track.parameterSets.map((nal) => (nal[0]! >> 1) & 63)).toEqual([32, 33, 34]);
});

test('a session without H.264 and H.265 says what it has', () => {
  expect(() => readVideoTrack('v=0\nm=video 0 RTP/AVP 26\na=rtpmap:26 JPEG/90000\n', 'rtsp://c')).toThrow(
    'got a session with JPEG, expected H264 or H265',
  );
  expect(() => readVideoTrack('v=0\n', 'rtsp://c')).toThrow('no video');
});
