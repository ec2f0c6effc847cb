import type { CameraConfig } from '#config/camera.ts';

/** A camera of 德城区 for tests: registered with one view and no rules, unless the settings say otherwise. */
export function cameraForTest(id: string, settings: Partial<CameraConfig> = {}): CameraConfig {
  return {
    id,
    name: `${id} 路口`,
    source: { kind: 'url', url: 'rtsp://operator:secret@10.0.0.8/live' },
    lngLat: [116.3, 37.4],
    views: [{ id: 'default', zones: [] }],
    algorithms: [],
    decode: 'as-needed',
    regions: 'zones',
    department: '城管',
    ...settings,
  };
}
