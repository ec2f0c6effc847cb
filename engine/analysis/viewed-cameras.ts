import type { AccessUnit } from '#streams/access-unit.ts';
import type { Stream } from '#streams/stream.ts';
import type { SharedStreams } from '#streams/upstreams.ts';
import type { CameraState } from '../contract/camera.ts';
import type { Box } from '../contract/observation.ts';
import { VIDEO_HEADER_BYTES, writeVideoHeader } from '../contract/video-unit.ts';
import type { Track } from '../tracks/track.ts';
import type { FromShard, ViewedCamera } from './messages.ts';
import type { CameraViewer, WatchedCamera } from './watched-camera.ts';

/** Tells the parent something; `sent` is called once the message has left this process. */
export type TellParent = (message: FromShard, sent?: () => void) => void;

/** Pictures leave together this long after the first of them: a message costs the parent more than what is in it. */
const GATHER_MS = 15;
/** With more than this on its way to the parent, pictures are left out up to the next key. */
const MOST_UNSENT_BYTES = 8 * 1024 * 1024;

interface View {
  camera: ViewedCamera;
  viewer: CameraViewer;
  /** The camera's own stream when it is not analysed here: a viewed camera has one stream in either case. */
  stream: Stream | null;
  state: CameraState | null;
  watched: WatchedCamera | null;
  /** The last whole key of a camera that is not analysed here: what a still picture of it is decoded from. */
  lastKey: AccessUnit | null;
  /** From the begin, or a picture that was left out, to the next key. */
  brokenOff: boolean;
}

/** The cameras that somebody looks at: their pictures go to the parent as they arrive, never decoded. */
export class ViewedCameras {
  readonly #tell: TellParent;
  readonly #streams: SharedStreams;
  readonly #views = new Map<string, View>();
  #gathered: Uint8Array[] = [];
  #gathering: NodeJS.Timeout | null = null;
  #unsentBytes = 0;

  constructor(streams: SharedStreams, tell: TellParent) {
    this.#streams = streams;
    this.#tell = tell;
  }

  /** @param watched the camera where it is analysed by this shard: its stream is looked at */
  async view(camera: ViewedCamera, watched: WatchedCamera | undefined): Promise<void> {
    await this.unview(camera.cameraId);
    const { channel } = camera;
    let boxes: Box[] = [];
    const view: View = {
      camera,
      viewer: {
        unit: (unit) => this.#take(view, unit),
        tracks: (tracks, capturedAtMs, widthPx, heightPx) => {
          boxes = boxesOf(tracks, capturedAtMs, widthPx, heightPx);
          this.#tell({ kind: 'boxes', channel, capturedAtMs, boxes });
        },
        unchanged: (capturedAtMs) => this.#tell({ kind: 'boxes', channel, capturedAtMs, boxes }),
      },
      stream: null,
      state: null,
      watched: null,
      lastKey: null,
      brokenOff: true,
    };
    this.#views.set(camera.cameraId, view);
    if (watched) this.#attach(view, watched);
    else this.#open(view);
  }

  async unview(cameraId: string): Promise<void> {
    const view = this.#views.get(cameraId);
    if (!view) return;
    this.#views.delete(cameraId);
    if (view.watched) view.watched.viewer = null;
    await view.stream?.close();
  }

  /** Of a camera that is looked at and not analysed; null before the first, and when nobody looks. */
  lastKey(cameraId: string): AccessUnit | null {
    return this.#views.get(cameraId)?.lastKey ?? null;
  }

  /** The camera is analysed from now on: one stream is enough. */
  async watched(camera: WatchedCamera): Promise<void> {
    const view = this.#views.get(camera.config.id);
    if (!view) return;
    const { stream } = view;
    view.stream = null;
    this.#attach(view, camera);
    await stream?.close();
  }

  /** The camera is not analysed any more, and its stream closed. */
  unwatched(cameraId: string): void {
    const view = this.#views.get(cameraId);
    if (view?.watched) this.#open(view);
  }

  /** What became of an analysed camera's stream. */
  became(cameraId: string, state: CameraState): void {
    const view = this.#views.get(cameraId);
    if (view?.watched) this.#tellState(view, state);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#views.keys()].map((id) => this.unview(id)));
    if (this.#gathering) clearTimeout(this.#gathering);
  }

  #attach(view: View, watched: WatchedCamera): void {
    view.watched = watched;
    view.lastKey = null;
    watched.viewer = view.viewer;
    this.#tellState(view, watched.state);
  }

  #open(view: View): void {
    view.watched = null;
    const stream: Stream = this.#streams.open(view.camera.source, {
      onAccessUnit: (unit) => {
        if (view.stream !== stream) return;
        if (unit.key && unit.whole) view.lastKey = unit;
        this.#take(view, unit);
      },
      onState: (state) => {
        if (view.stream === stream) this.#tellState(view, state);
      },
    });
    view.stream = stream;
  }

  #tellState(view: View, state: CameraState): void {
    if (view.state === state) return;
    view.state = state;
    this.#tell({ kind: 'view-state', channel: view.camera.channel, state });
  }

  #take(view: View, unit: AccessUnit): void {
    const isLate = this.#unsentBytes > MOST_UNSENT_BYTES;
    const whole = unit.whole && !isLate && (unit.key || !view.brokenOff);
    if (!whole && view.brokenOff) return;
    view.brokenOff = !whole;
    const message = Buffer.allocUnsafe(VIDEO_HEADER_BYTES + (whole ? unit.bytes : 0));
    const { key, codec, capturedAtMs } = unit;
    writeVideoHeader(message, { channel: view.camera.channel, key, whole, codec, capturedAtMs });
    if (whole) {
      let at = VIDEO_HEADER_BYTES;
      for (const part of unit.parts) at += part.copy(message, at);
    }
    this.#gathered.push(message);
    this.#gathering ??= setTimeout(() => this.#send(), GATHER_MS);
  }

  #send(): void {
    const units = this.#gathered;
    const bytes = units.reduce((sum, unit) => sum + unit.byteLength, 0);
    this.#gathered = [];
    this.#gathering = null;
    this.#unsentBytes += bytes;
    this.#tell({ kind: 'units', units }, () => {
      this.#unsentBytes -= bytes;
    });
  }
}

/** What was seen in this very picture, as shares of it. */
function boxesOf(tracks: readonly Track[], capturedAtMs: number, widthPx: number, heightPx: number): Box[] {
  return tracks
    .filter((track) => track.phase === 'tracked' && track.lastSeenAtMs === capturedAtMs)
    .map(({ boxXyxyPx: [left = 0, top = 0, right = 0, bottom = 0], label, score }) => ({
      xyxy: [left / widthPx, top / heightPx, right / widthPx, bottom / heightPx],
      class: label,
      score,
    }));
}
