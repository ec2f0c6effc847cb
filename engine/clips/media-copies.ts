import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { ulid } from 'ulid';
import { overlayPicture, probeVideo } from '#streams/ffmpeg.ts';
import type { Account } from '../contract/account.ts';
import { Turns } from './turns.ts';
import { drawApart } from './watermark/draw-apart.ts';

/** A clip is encoded anew, which takes its time; a picture that is looked at now is marked within a second. */
const OF_COPIES = { mostWaiting: 4, retryAfterS: 20 };
const OF_SNAPSHOTS = { mostWaiting: 8, retryAfterS: 5 };
const JPEG_QUALITY = 90;

interface CopyOrder {
  /** The file that is copied, an MP4 or a JPEG. */
  source: string;
  kind: 'video' | 'picture';
  account: Account;
  alert: { id: string; cameraName: string };
  /** Whoever asked went away. */
  signal: AbortSignal;
}

interface SnapshotOrder {
  account: Account;
  cameraName: string;
  /** When the picture was captured. */
  capturedAtMs: number;
  widthPx: number;
  heightPx: number;
}

/** Copies of clips and pictures that carry over every picture who was given them, and when. */
export class MediaCopies {
  readonly #folder: string;
  readonly #timeZone: string;
  #ready: Promise<unknown> | null = null;
  readonly #copying = new Turns(OF_COPIES);
  readonly #marking = new Turns(OF_SNAPSHOTS);
  readonly #ending = new AbortController();

  /** @param folder for copies that are being made or sent; nothing in it outlives the process */
  constructor(folder: string, timeZone: string) {
    this.#folder = folder;
    this.#timeZone = timeZone;
  }

  /**
   * Makes a copy when its turn comes.
   * @returns the file; whoever asked removes it
   * @throws CopiesBusyError, ProgramError, and an AbortError when nobody waits for it any more
   */
  make(order: CopyOrder): Promise<string> {
    return this.#copying.take(() => this.#carryOut(order));
  }

  /**
   * Draws what is laid over a snapshot: who saves it, when, and of what.
   * @returns a PNG of the picture's size, clear but for the mark
   * @throws CopiesBusyError
   */
  snapshotMark({ account, cameraName, capturedAtMs, widthPx, heightPx }: SnapshotOrder): Promise<Buffer> {
    const who = this.#who(account);
    const what = `城脑 · ${cameraName} · 画面 ${this.#clock(new Date(capturedAtMs))}`;
    return this.#marking.take(() => drawApart({ widthPx, heightPx, who, what }));
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await Promise.all([this.#copying.over(), this.#marking.over()]);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #carryOut({ source, kind, account, alert, signal: gone }: CopyOrder): Promise<string> {
    const signal = AbortSignal.any([gone, this.#ending.signal]);
    signal.throwIfAborted();
    this.#ready ??= rm(this.#folder, { recursive: true, force: true }).then(() =>
      mkdir(this.#folder, { recursive: true }),
    );
    await this.#ready;
    const name = join(this.#folder, ulid());
    const who = this.#who(account);
    const what = `城脑 · 告警 ${alert.id} · ${alert.cameraName}`;
    const mark = async (widthPx: number, heightPx: number) => drawApart({ widthPx, heightPx, who, what });
    if (kind === 'picture') {
      const { width, height } = await sharp(source).metadata();
      const target = `${name}.jpg`;
      await sharp(source)
        .composite([{ input: await mark(width, height) }])
        .jpeg({ quality: JPEG_QUALITY })
        .toFile(target);
      return target;
    }
    const target = `${name}.mp4`;
    const overlay = `${name}.png`;
    const { widthPx, heightPx } = await probeVideo(source);
    try {
      await writeFile(overlay, await mark(widthPx, heightPx));
      signal.throwIfAborted();
      await overlayPicture(source, overlay, target, signal);
      return target;
    } catch (error) {
      await rm(target, { force: true });
      signal.throwIfAborted();
      throw error;
    } finally {
      await rm(overlay, { force: true });
    }
  }

  #who({ displayName, username }: Account): string {
    return `${displayName}（${username}） ${this.#clock(new Date())}`;
  }

  #clock(at: Date): string {
    return new Intl.DateTimeFormat('sv-SE', {
      timeZone: this.#timeZone,
      dateStyle: 'short',
      timeStyle: 'medium',
    }).format(at);
  }
}
