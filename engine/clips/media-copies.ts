import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { ulid } from 'ulid';
import { overlayPicture, probeVideo } from '#streams/ffmpeg.ts';
import type { Account } from '../contract/account.ts';
import { drawApart } from './watermark/draw-apart.ts';

/** One is made at a time, and so many wait. */
const MOST_WAITING = 4;
const RETRY_AFTER_S = 20;
const JPEG_QUALITY = 90;

/** Too many copies are being made: later there may be room. */
export class CopiesBusyError extends Error {
  readonly retryAfterS = RETRY_AFTER_S;

  constructor() {
    super(`${MOST_WAITING + 1} copies are being made or wait already.`);
    this.name = 'CopiesBusyError';
  }
}

interface CopyOrder {
  /** The file that is copied, an MP4 or a JPEG. */
  source: string;
  kind: 'video' | 'picture';
  account: Account;
  alert: { id: string; cameraName: string };
  /** Whoever asked went away. */
  signal: AbortSignal;
}

/** Copies of clips and pictures that carry over every picture who was given them, and when. */
export class MediaCopies {
  readonly #folder: string;
  readonly #timeZone: string;
  #ready: Promise<unknown> | null = null;
  #working: Promise<unknown> = Promise.resolve();
  #pending = 0;
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
  async make(order: CopyOrder): Promise<string> {
    if (this.#pending > MOST_WAITING) throw new CopiesBusyError();
    this.#pending++;
    const turn = this.#working.then(() => this.#carryOut(order));
    this.#working = turn.catch(() => undefined).finally(() => this.#pending--);
    return turn;
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#working;
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
    const who = `${account.displayName}（${account.username}） ${this.#clock(new Date())}`;
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

  #clock(at: Date): string {
    return new Intl.DateTimeFormat('sv-SE', {
      timeZone: this.#timeZone,
      dateStyle: 'short',
      timeStyle: 'medium',
    }).format(at);
  }
}
