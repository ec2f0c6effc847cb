import { Account } from '#engine/contract/account.ts';
import { type Rendition, VIDEO_PATH, VideoNews, type VideoWish, videoKey } from '#engine/contract/video.ts';
import { readVideoUnit, type VideoUnit } from '#engine/contract/video-unit.ts';
import { ask } from '../live/ask.ts';

/** Who looks at a camera hears this. */
interface CameraListener {
  /** Its pictures may come from now on; they begin with a key. */
  onOpened(): void;
  onUnit(unit: VideoUnit): void;
  onNews(news: Exclude<VideoNews, { kind: 'opened' | 'beat' }>): void;
  /** The line is down; it is tried again without being asked. */
  onDown(): void;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8000;
/** The server is heard every 10 s at least. */
const SILENT_AFTER_MS = 25_000;

interface Video {
  cameraId: string;
  as: Rendition;
  listeners: Set<CameraListener>;
}

/** The page's one line for video: all tiles share it, and it is there while somebody looks. */
class VideoLink {
  /** By `videoKey`, as are the channels. */
  readonly #videos = new Map<string, Video>();
  readonly #keyOf = new Map<number, string>();
  #socket: WebSocket | null = null;
  #retryMs = FIRST_RETRY_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  /** @returns what ends it */
  play(cameraId: string, as: Rendition, listener: CameraListener): () => void {
    const key = videoKey(cameraId, as);
    const video = this.#videos.get(key) ?? { cameraId, as, listeners: new Set() };
    this.#videos.set(key, video);
    const here = video.listeners.add(listener);
    if (!this.#socket) this.#connect();
    else if (here.size === 1) this.#say({ kind: 'play', cameraId, as });
    else if ([...this.#keyOf.values()].includes(key)) listener.onOpened();
    return () => {
      here.delete(listener);
      if (here.size > 0 || this.#videos.get(key) !== video) return;
      this.#videos.delete(key);
      this.#say({ kind: 'stop', cameraId, as });
      this.#forgetChannelOf(key);
      if (this.#videos.size === 0) this.#hangUp();
    };
  }

  #forgetChannelOf(key: string): void {
    for (const [channel, of] of this.#keyOf) if (of === key) this.#keyOf.delete(channel);
  }

  #connect(): void {
    clearTimeout(this.#timer);
    const address = new URL(VIDEO_PATH, location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.#heard();
      for (const { cameraId, as } of this.#videos.values()) this.#say({ kind: 'play', cameraId, as });
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      this.#heard();
      if (typeof data === 'string') this.#hear(data);
      else {
        const unit = readVideoUnit(new Uint8Array(data));
        if (unit) this.#each(this.#keyOf.get(unit.channel), (listener) => listener.onUnit(unit));
      }
    };
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      clearTimeout(this.#silence);
      this.#keyOf.clear();
      for (const key of this.#videos.keys()) this.#each(key, (listener) => listener.onDown());
      this.#connectLater();
    };
  }

  #hear(text: string): void {
    const read = VideoNews.safeParse(JSON.parse(text));
    if (!read.success || read.data.kind === 'beat') return;
    const news = read.data;
    this.#retryMs = FIRST_RETRY_MS;
    if (news.kind === 'opened') {
      const key = videoKey(news.cameraId, news.as);
      this.#forgetChannelOf(key);
      this.#keyOf.set(news.channel, key);
      this.#each(key, (listener) => listener.onOpened());
    } else {
      const key = news.kind === 'refused' ? videoKey(news.cameraId, news.as) : this.#keyOf.get(news.channel);
      this.#each(key, (listener) => listener.onNews(news));
    }
  }

  #each(key: string | undefined, tell: (listener: CameraListener) => void): void {
    for (const listener of [...(this.#videos.get(key ?? '')?.listeners ?? [])]) tell(listener);
  }

  #say(wish: VideoWish): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(wish));
  }

  #heard(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      const socket = this.#socket;
      socket?.close();
      // A line that is dead does not answer to the close either.
      socket?.onclose?.(new CloseEvent('close'));
    }, SILENT_AFTER_MS);
  }

  /** Whether there is a session is asked first: without one the server refuses, and the page must sign in. */
  #connectLater(): void {
    if (this.#videos.size === 0) return;
    this.#timer = setTimeout(() => {
      ask(Account, '/api/session').then(
        () => {
          if (this.#videos.size > 0 && !this.#socket) this.#connect();
        },
        () => this.#connectLater(),
      );
    }, this.#retryMs);
    this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2);
  }

  #hangUp(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    const socket = this.#socket;
    this.#socket = null;
    this.#keyOf.clear();
    this.#retryMs = FIRST_RETRY_MS;
    socket?.close();
  }
}

export const videoLink = new VideoLink();
