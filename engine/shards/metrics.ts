import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { nowMs } from '#streams/clock.ts';
import { CameraState } from '../contract/camera.ts';
import type { Fleet } from './fleet.ts';

/** Prometheus text of the fleet: read from its figures when it is scraped, nothing is kept twice. */
export function fleetMetrics(fleet: Fleet): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, labelNames: string[], collect: (gauge: Gauge) => void) =>
    new Gauge({
      name: `chengnao_${name}`,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        collect(this);
      },
    });

  gauge('camera_state', '1 for the state that the camera is in', ['camera', 'state'], (g) => {
    for (const [camera, now] of fleet.states)
      for (const state of CameraState.options) g.set({ camera, state }, now === state ? 1 : 0);
  });
  gauge('camera_last_frame_age_seconds', 'Age of the last whole keyframe', ['camera'], (g) => {
    const atMs = nowMs();
    for (const [camera, { lastFrameAtMs }] of fleet.figures)
      if (lastFrameAtMs !== null) g.set({ camera }, Math.max(0, (atMs - lastFrameAtMs) / 1000));
  });
  gauge('camera_frames', 'Access units since the shard started, by what became of them', ['camera', 'fate'], (g) => {
    for (const [camera, figures] of fleet.figures) {
      g.set({ camera, fate: 'seen' }, figures.seen);
      g.set({ camera, fate: 'analysed' }, figures.analysed);
      g.set({ camera, fate: 'dropped' }, figures.dropped);
      g.set({ camera, fate: 'inter-decoded' }, figures.interDecoded);
      g.set({ camera, fate: 'gated' }, figures.gated);
      g.set({ camera, fate: 'passed-over' }, figures.passedOver);
      g.set({ camera, fate: 'damaged' }, figures.damaged);
    }
  });
  gauge('camera_inferences', 'Regions that the detector looked at since the shard started', ['camera'], (g) => {
    for (const [camera, { inferences }] of fleet.figures) g.set({ camera }, inferences);
  });
  gauge('camera_inference_milliseconds', 'Time in the detector since the shard started', ['camera'], (g) => {
    for (const [camera, { inferenceMs }] of fleet.figures) g.set({ camera }, inferenceMs);
  });
  gauge(
    'camera_verification',
    'Facts before a second model: verified and withheld now; its looks that refused one',
    ['camera', 'outcome'],
    (g) => {
      for (const [camera, { verified, refused, withheld }] of fleet.figures) {
        g.set({ camera, outcome: 'verified' }, verified);
        g.set({ camera, outcome: 'refused' }, refused);
        g.set({ camera, outcome: 'withheld' }, withheld);
      }
    },
  );
  gauge('shard_cpu_milliseconds', 'CPU time since the shard started', ['shard'], (g) => {
    for (const shard of fleet.shards) g.set({ shard: shard.settings.shardId }, shard.cpuMs);
  });
  gauge('shard_resident_bytes', 'Resident memory of the shard', ['shard'], (g) => {
    for (const shard of fleet.shards) g.set({ shard: shard.settings.shardId }, shard.rssBytes);
  });
  gauge(
    'shard_spool_bytes',
    'Coded pictures kept for clips: held now, and let go before their time since the shard started',
    ['shard', 'fate'],
    (g) => {
      for (const { settings, spool } of fleet.shards) {
        if (!spool) continue;
        g.set({ shard: settings.shardId, fate: 'held' }, spool.bytes);
        g.set({ shard: settings.shardId, fate: 'let-go' }, spool.letGoBytes);
      }
    },
  );
  gauge('shard_clips_cut', 'Clips cut since the shard started', ['shard'], (g) => {
    for (const { settings, spool } of fleet.shards) if (spool) g.set({ shard: settings.shardId }, spool.clipsCut);
  });
  gauge('shard_restarts', 'How often the shard was started again', ['shard'], (g) => {
    for (const shard of fleet.shards) g.set({ shard: shard.settings.shardId }, shard.restarts);
  });
  return registry;
}
