import { Account } from '#engine/contract/account.ts';
import { VIDEO_PATH, VideoNews, type VideoWish } from '#engine/contract/video.ts';
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

/** The page's one line for video: all tiles share it, and it is there while somebody looks. */
class VideoLink {
  readonly #listeners = new Map<string, Set<CameraListener>>();
  readonly #cameraOf = new Map<number, string>();
  #socket: WebSocket | null = null;
  #retryMs = FIRST_RETRY_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  /** @returns what ends it */
  play(cameraId: string, listener: CameraListener): () => void {
    const here = this.#listeners.get(cameraId) ?? new Set();
    this.#listeners.set(cameraId, here.add(listener));
    if (!this.#socket) this.#connect();
    else if (here.size === 1) this.#say({ kind: 'play', cameraId });
    else if ([...this.#cameraOf.values()].includes(cameraId)) listener.onOpened();
    return () => {
      here.delete(listener);
      if (here.size > 0 || this.#listeners.get(cameraId) !== here) return;
      this.#listeners.delete(cameraId);
      this.#say({ kind: 'stop', cameraId });
      for (const [channel, id] of this.#cameraOf) if (id === cameraId) this.#cameraOf.delete(channel);
      if (this.#listeners.size === 0) this.#hangUp();
    };
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
      for (const cameraId of this.#listeners.keys()) this.#say({ kind: 'play', cameraId });
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      this.#heard();
      if (typeof data === 'string') this.#hear(data);
      else {
        const unit = readVideoUnit(new Uint8Array(data));
        if (unit) this.#each(this.#cameraOf.get(unit.channel), (listener) => listener.onUnit(unit));
      }
    };
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      clearTimeout(this.#silence);
      this.#cameraOf.clear();
      for (const cameraId of this.#listeners.keys()) this.#each(cameraId, (listener) => listener.onDown());
      this.#connectLater();
    };
  }

  #hear(text: string): void {
    const read = VideoNews.safeParse(JSON.parse(text));
    if (!read.success || read.data.kind === 'beat') return;
    const news = read.data;
    this.#retryMs = FIRST_RETRY_MS;
    if (news.kind === 'opened') {
      for (const [channel, id] of this.#cameraOf) if (id === news.cameraId) this.#cameraOf.delete(channel);
      this.#cameraOf.set(news.channel, news.cameraId);
      this.#each(news.cameraId, (listener) => listener.onOpened());
    } else {
      const cameraId = news.kind === 'refused' ? news.cameraId : this.#cameraOf.get(news.channel);
      this.#each(cameraId, (listener) => listener.onNews(news));
    }
  }

  #each(cameraId: string | undefined, tell: (listener: CameraListener) => void): void {
    for (const listener of [...(this.#listeners.get(cameraId ?? '') ?? [])]) tell(listener);
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
    if (this.#listeners.size === 0) return;
    this.#timer = setTimeout(() => {
      ask(Account, '/api/session').then(
        () => {
          if (this.#listeners.size > 0 && !this.#socket) this.#connect();
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
    this.#cameraOf.clear();
    this.#retryMs = FIRST_RETRY_MS;
    socket?.close();
  }
}

export const videoLink = new VideoLink();
