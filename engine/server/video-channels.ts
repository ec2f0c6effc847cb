import type { CameraSource } from '#config/camera.ts';
import type { CameraState } from '../contract/camera.ts';
import { Refusal } from '../contract/refusal.ts';
import { type Rendition, type VideoNews, videoKey } from '../contract/video.ts';
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
  as: Rendition;
  number: number;
  state: CameraState | null;
  viewers: Set<V>;
  /** The camera's rendition looks at the camera's own channel. */
  rendition: VideoViewer | null;
  close: () => void;
  linger: NodeJS.Timeout | null;
}

/** One upstream for each camera that is looked at, however many look, and one rendition of it at most. */
export class VideoChannels<V extends VideoViewer> {
  readonly #live: LiveCameras;
  readonly #lingerMs: number;
  readonly #channels = new Map<string, Channel<V>>();

  constructor(live: LiveCameras, lingerMs = LINGER_MS) {
    this.#live = live;
    this.#lingerMs = lingerMs;
  }

  /** @throws Refusal when too many cameras are looked at, or coded again, already */
  join(camera: OpenableCamera, as: Rendition, viewer: V): void {
    this.changed(camera);
    const channel = this.#channels.get(videoKey(camera.id, as)) ?? this.#open(camera, as);
    if (channel.linger) clearTimeout(channel.linger);
    channel.linger = null;
    if (channel.viewers.has(viewer)) return;
    channel.viewers.add(viewer);
    viewer.onNews({ kind: 'opened', cameraId: camera.id, as, channel: channel.number });
    if (channel.state !== null) viewer.onNews({ kind: 'state', channel: channel.number, state: channel.state });
  }

  /**
   * Somebody asks for single pictures of a camera that nobody has open: it is opened, and closed when they are not asked for
   * any more.
   * @throws Refusal as `join`
   */
  glance(camera: OpenableCamera): void {
    this.changed(camera);
    const channel = this.#channels.get(videoKey(camera.id, undefined)) ?? this.#open(camera, undefined);
    if (channel.linger) clearTimeout(channel.linger);
    channel.linger = null;
    this.#closeLater(channel);
  }

  leave(cameraId: string, as: Rendition, viewer: V): void {
    const channel = this.#channels.get(videoKey(cameraId, as));
    if (channel?.viewers.delete(viewer)) this.#closeLater(channel);
  }

  viewersOf(cameraId: string): { viewer: V; as: Rendition }[] {
    return (['h264', undefined] as const).flatMap((as) =>
      [...(this.#channels.get(videoKey(cameraId, as))?.viewers ?? [])].map((viewer) => ({ viewer, as })),
    );
  }

  /** The camera was changed; at another address it is opened anew. */
  changed(camera: OpenableCamera): void {
    const channel = this.#channels.get(videoKey(camera.id, undefined));
    if (!channel || sameSource(channel.camera, camera)) return;
    channel.close();
    channel.camera = camera;
    this.#connect(channel);
    for (const viewer of channel.viewers)
      viewer.onNews({ kind: 'opened', cameraId: camera.id, channel: channel.number });
  }

  close(): void {
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    for (const { linger, close } of channels) {
      if (linger) clearTimeout(linger);
      close();
    }
  }

  #open(camera: OpenableCamera, as: Rendition): Channel<V> {
    if (this.#channels.size >= MOST_CHANNELS)
      throw new Refusal(409, 'too-many-videos', 'Too many cameras are being looked at.', {
        got: this.#channels.size + 1,
        expected: `at most ${MOST_CHANNELS} cameras, by all viewers together`,
      });
    const channel: Channel<V> = {
      camera,
      as,
      number: 0,
      state: null,
      viewers: new Set(),
      rendition: null,
      close: () => {},
      linger: null,
    };
    if (as === undefined) this.#connect(channel);
    else this.#render(channel);
    this.#channels.set(videoKey(camera.id, as), channel);
    return channel;
  }

  #closeLater(channel: Channel<V>): void {
    const key = videoKey(channel.camera.id, channel.as);
    if (channel.viewers.size > 0 || channel.rendition !== null || this.#channels.get(key) !== channel) return;
    channel.linger = setTimeout(() => {
      this.#channels.delete(key);
      channel.close();
    }, this.#lingerMs);
    channel.linger.unref();
  }

  #connect(channel: Channel<V>): void {
    channel.state = null;
    channel.close = this.#live.view(
      { id: channel.camera.id, source: channel.camera.source },
      {
        onOpened: (number) => {
          channel.number = number;
        },
        onUnit: (message, unit) => {
          for (const viewer of channel.viewers) viewer.onUnit(message, unit);
          channel.rendition?.onUnit(message, unit);
        },
        onBoxes: (capturedAtMs, boxes) =>
          tell(channel, { kind: 'boxes', channel: channel.number, capturedAtMs, boxes }),
        onState: (state) => {
          channel.state = state;
          tell(channel, { kind: 'state', channel: channel.number, state });
        },
      },
    );
  }

  /** Its pictures are those of the camera's own channel, which stays open as long; what is told of the one is told of both. */
  #render(channel: Channel<V>): void {
    const { camera } = channel;
    const rendition = this.#live.render({
      onUnit: (message, unit) => {
        for (const viewer of channel.viewers) viewer.onUnit(message, unit);
      },
      onEnd: (how) => this.#lose(channel, how),
    });
    channel.number = rendition.channel;
    let own: Channel<V>;
    try {
      own = this.#channels.get(camera.id) ?? this.#open(camera, undefined);
    } catch (error) {
      rendition.close();
      throw error;
    }
    if (own.linger) clearTimeout(own.linger);
    own.linger = null;
    own.rendition = {
      onNews: (news) => {
        if (news.kind === 'state') channel.state = news.state;
        if (news.kind === 'state' || news.kind === 'boxes') tell(channel, { ...news, channel: channel.number });
      },
      onUnit: (message, unit) => rendition.push(message, unit),
    };
    channel.state = own.state;
    channel.close = () => {
      own.rendition = null;
      this.#closeLater(own);
      rendition.close();
    };
  }

  /** The process that codes it again is gone: who wants it asks anew. */
  #lose(channel: Channel<V>, how: string): void {
    if (channel.linger) clearTimeout(channel.linger);
    this.#channels.delete(videoKey(channel.camera.id, channel.as));
    channel.close();
    const problem = {
      code: 'rendition-ended',
      message: 'The conversion of this video broke off.',
      got: how,
      expected: 'a video that can be converted',
    };
    tell(channel, { kind: 'refused', cameraId: channel.camera.id, as: channel.as, problem });
  }
}

function tell<V extends VideoViewer>({ viewers, rendition }: Channel<V>, news: VideoNews): void {
  for (const viewer of viewers) viewer.onNews(news);
  rendition?.onNews(news);
}

function sameSource(a: OpenableCamera, b: OpenableCamera): boolean {
  return JSON.stringify(a.source) === JSON.stringify(b.source);
}
