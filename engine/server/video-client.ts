import type { WebSocket } from 'ws';
import type { Account } from '../contract/account.ts';
import { MOST_CAMERAS_PER_SOCKET, type Rendition, type VideoNews, videoKey } from '../contract/video.ts';
import type { VideoUnit } from '../contract/video-unit.ts';
import type { VideoViewer } from './video-channels.ts';

/** With more than this unsent, a page is slow: it gets no picture before the next key that finds the line free. */
const MOST_BUFFERED_BYTES = 2 * 1024 * 1024;

/** The socket as a client uses it. */
export type VideoLine = Pick<WebSocket, 'bufferedAmount' | 'send'>;

/**
 * One page that looks: what it has open, and what it gets of it. A page whose line is slow loses pictures up to the next
 * key, and nobody else does.
 */
export class VideoClient implements VideoViewer {
  readonly token: string;
  account: Account;
  readonly #open = new Map<string, { cameraId: string; as: Rendition }>();
  readonly #line: VideoLine;
  /** Channels of which the next picture must be a key. */
  readonly #awaitsKey = new Set<number>();

  constructor(line: VideoLine, token: string, account: Account) {
    this.#line = line;
    this.token = token;
    this.account = account;
  }

  get isFull(): boolean {
    return this.#open.size >= MOST_CAMERAS_PER_SOCKET;
  }

  /** What it has open. */
  get videos(): readonly { cameraId: string; as: Rendition }[] {
    return [...this.#open.values()];
  }

  has(cameraId: string, as: Rendition): boolean {
    return this.#open.has(videoKey(cameraId, as));
  }

  opened(cameraId: string, as: Rendition): void {
    this.#open.set(videoKey(cameraId, as), { cameraId, as });
  }

  /** @returns false when it did not have it */
  closed(cameraId: string, as: Rendition): boolean {
    return this.#open.delete(videoKey(cameraId, as));
  }

  onNews(news: VideoNews): void {
    if (news.kind === 'opened') this.#awaitsKey.add(news.channel);
    if (news.kind === 'refused') this.closed(news.cameraId, news.as);
    // What was in a picture is worth as much as the picture.
    if (news.kind === 'boxes' && this.#isSlow) return;
    this.#line.send(JSON.stringify(news));
  }

  onUnit(message: Uint8Array, { channel, key, whole }: VideoUnit): void {
    if (whole) {
      if (this.#awaitsKey.has(channel) && !key) return;
      if (this.#isSlow) {
        this.#awaitsKey.add(channel);
        return;
      }
      this.#awaitsKey.delete(channel);
    } else this.#awaitsKey.add(channel);
    this.#line.send(message);
  }

  get #isSlow(): boolean {
    return this.#line.bufferedAmount > MOST_BUFFERED_BYTES;
  }
}
