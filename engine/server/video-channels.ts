import type { CameraSource } from '#config/camera.ts';
import type { CameraState } from '../contract/camera.ts';
import { Refusal } from '../contract/refusal.ts';
import type { VideoNews } from '../contract/video.ts';
import type { VideoUnit } from '../contract/video-unit.ts';
import type { LiveCameras } from './live.ts';

/** A camera that nobody looks at any more is kept open for so long: a person who goes from tile to tile comes back. */
const LINGER_MS = 10_000;
/** Cameras that are looked at at once, by all together: each is a stream of full rate. */
const MOST_CHANNELS = 128;

/** Somebody who looks: a page's connection. */
export interface VideoViewer {
  onNews(news: VideoNews): void;
  onUnit(message: Uint8Array, unit: VideoUnit): void;
}

/** What must be known of a camera to open it. */
export interface OpenableCamera {
  id: string;
  source: CameraSource;
}

interface Channel<V> {
  camera: OpenableCamera;
  number: number;
  state: CameraState | null;
  viewers: Set<V>;
  close: () => void;
  linger: NodeJS.Timeout | null;
}

/** One upstream for each camera that is looked at, however many look. */
export class VideoChannels<V extends VideoViewer> {
  readonly #live: LiveCameras;
  readonly #lingerMs: number;
  readonly #channels = new Map<string, Channel<V>>();

  constructor(live: LiveCameras, lingerMs = LINGER_MS) {
    this.#live = live;
    this.#lingerMs = lingerMs;
  }

  /** @throws Refusal when too many cameras are looked at already */
  join(camera: OpenableCamera, viewer: V): void {
    this.changed(camera);
    const channel = this.#channels.get(camera.id) ?? this.#open(camera);
    if (channel.linger) clearTimeout(channel.linger);
    channel.linger = null;
    if (channel.viewers.has(viewer)) return;
    channel.viewers.add(viewer);
    viewer.onNews({ kind: 'opened', cameraId: camera.id, channel: channel.number });
    if (channel.state !== null) viewer.onNews({ kind: 'state', channel: channel.number, state: channel.state });
  }

  leave(cameraId: string, viewer: V): void {
    const channel = this.#channels.get(cameraId);
    if (!channel?.viewers.delete(viewer) || channel.viewers.size > 0) return;
    channel.linger = setTimeout(() => {
      this.#channels.delete(cameraId);
      channel.close();
    }, this.#lingerMs);
    channel.linger.unref();
  }

  viewersOf(cameraId: string): readonly V[] {
    return [...(this.#channels.get(cameraId)?.viewers ?? [])];
  }

  /** The camera was changed; at another address it is opened anew. */
  changed(camera: OpenableCamera): void {
    const channel = this.#channels.get(camera.id);
    if (!channel || sameSource(channel.camera, camera)) return;
    channel.close();
    channel.camera = camera;
    this.#connect(channel);
    for (const viewer of channel.viewers)
      viewer.onNews({ kind: 'opened', cameraId: camera.id, channel: channel.number });
  }

  close(): void {
    for (const { linger, close } of this.#channels.values()) {
      if (linger) clearTimeout(linger);
      close();
    }
    this.#channels.clear();
  }

  #open(camera: OpenableCamera): Channel<V> {
    if (this.#channels.size >= MOST_CHANNELS)
      throw new Refusal(409, 'too-many-videos', 'Too many cameras are being looked at.', {
        got: this.#channels.size + 1,
        expected: `at most ${MOST_CHANNELS} cameras, by all viewers together`,
      });
    const channel: Channel<V> = { camera, number: 0, state: null, viewers: new Set(), close: () => {}, linger: null };
    this.#channels.set(camera.id, channel);
    this.#connect(channel);
    return channel;
  }

  #connect(channel: Channel<V>): void {
    const { viewers } = channel;
    const tell = (news: VideoNews) => {
      for (const viewer of viewers) viewer.onNews(news);
    };
    channel.state = null;
    channel.close = this.#live.view(
      { id: channel.camera.id, source: channel.camera.source },
      {
        onOpened: (number) => {
          channel.number = number;
        },
        onUnit: (message, unit) => {
          for (const viewer of viewers) viewer.onUnit(message, unit);
        },
        onBoxes: (capturedAtMs, boxes) => tell({ kind: 'boxes', channel: channel.number, capturedAtMs, boxes }),
        onState: (state) => {
          channel.state = state;
          tell({ kind: 'state', channel: channel.number, state });
        },
      },
    );
  }
}

function sameSource(a: OpenableCamera, b: OpenableCamera): boolean {
  return JSON.stringify(a.source) === JSON.stringify(b.source);
}
