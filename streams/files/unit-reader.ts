import {
  AV_CODEC_ID_H264,
  AV_CODEC_ID_HEVC,
  AV_LOG_QUIET,
  AVMEDIA_TYPE_VIDEO,
  AVSEEK_FLAG_BACKWARD,
} from 'node-av/constants';
import {
  BitStreamFilter,
  BitStreamFilterContext,
  FFmpegError,
  FormatContext,
  Log,
  Packet,
  type Stream,
} from 'node-av/lib';
import type { VideoCodec } from '../access-unit.ts';

Log.setLevel(AV_LOG_QUIET);

/** One coded picture of a file, Annex B. */
export interface FileUnit {
  data: Buffer;
  key: boolean;
  /** When it is to be decoded and shown, from the file's begin; a file without times gets them from its frame rate. */
  decodeAtMs: number;
  showAtMs: number;
}

/** A file cannot be read as video; `code` says why. */
export class FileError extends Error {
  readonly code: 'unreadable' | 'no-video' | 'not-annex-b';

  constructor(code: FileError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

const CODECS = new Map<number, { codec: VideoCodec; filter: string }>([
  [AV_CODEC_ID_H264, { codec: 'h264', filter: 'h264_mp4toannexb' }],
  [AV_CODEC_ID_HEVC, { codec: 'h265', filter: 'hevc_mp4toannexb' }],
]);

const NO_TIME = -0x8000000000000000n;

/** Reads the H.264 or H.265 units of a file one after the other. Synchronous: for files on a disk of this machine. */
export class UnitReader {
  readonly codec: VideoCodec;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly frameMs: number;
  readonly #file: string;
  readonly #packet = new Packet();
  #format: FormatContext;
  #stream: Stream;
  #filter: BitStreamFilterContext;
  #units = 0;
  #firstMs: number | null = null;

  /** @throws FileError; code `not-annex-b` for video of another codec, which has to be transcoded first */
  constructor(file: string) {
    this.#file = file;
    this.#packet.alloc();
    const opened = open(file);
    this.#format = opened.format;
    this.#stream = opened.stream;
    this.#filter = opened.filter;
    this.codec = opened.codec;
    const { codecpar, avgFrameRate } = opened.stream;
    this.widthPx = codecpar.width;
    this.heightPx = codecpar.height;
    this.frameMs = avgFrameRate.num > 0 ? (1000 * avgFrameRate.den) / avgFrameRate.num : 40;
  }

  /** The next unit, or null at the end. */
  next(): FileUnit | null {
    const packet = this.#packet;
    for (;;) {
      if (this.#filter.receivePacketSync(packet) >= 0) return this.#take();
      if (this.#format.readFrameSync(packet) < 0) return null;
      if (packet.streamIndex === this.#stream.index) this.#filter.sendPacketSync(packet);
      packet.unref();
    }
  }

  /** Starts over. */
  rewind(): void {
    this.#units = 0;
    this.#firstMs = null;
    if (this.#format.seekFrameSync(this.#stream.index, 0n, AVSEEK_FLAG_BACKWARD) >= 0) {
      this.#filter.flush();
      return;
    }
    this.#release();
    const { format, stream, filter } = open(this.#file);
    this.#format = format;
    this.#stream = stream;
    this.#filter = filter;
  }

  close(): void {
    this.#release();
    this.#packet.free();
  }

  #take(): FileUnit {
    const packet = this.#packet;
    const { num, den } = this.#stream.timeBase;
    const inMs = (time: bigint) => (Number(time) * num * 1000) / den;
    const decodeMs = packet.dts === NO_TIME ? this.#units * this.frameMs : inMs(packet.dts);
    const showMs = packet.pts === NO_TIME ? decodeMs : inMs(packet.pts);
    this.#firstMs ??= decodeMs;
    this.#units++;
    const unit = {
      data: packet.data ?? Buffer.alloc(0),
      key: packet.isKeyframe,
      decodeAtMs: decodeMs - this.#firstMs,
      showAtMs: showMs - this.#firstMs,
    };
    packet.unref();
    return unit;
  }

  #release(): void {
    this.#filter.free();
    this.#format.closeInputSync();
  }
}

function open(file: string) {
  const format = new FormatContext();
  const opened = format.openInputSync(file);
  if (opened < 0)
    throw new FileError('unreadable', `got "${FFmpegError.strerror(opened)}" for ${file}, expected a video file`);
  try {
    format.findStreamInfoSync();
    const index = format.findBestStream(AVMEDIA_TYPE_VIDEO);
    const stream = format.streams[index];
    if (index < 0 || stream === undefined)
      throw new FileError('no-video', `got no video in ${file}, expected a track of it`);
    const known = CODECS.get(stream.codecpar.codecId);
    if (known === undefined)
      throw new FileError('not-annex-b', `got another codec than H.264 or H.265 in ${file}, expected it transcoded`);
    const filter = new BitStreamFilterContext();
    filter.alloc(BitStreamFilter.getByName(known.filter)!);
    stream.codecpar.copy(filter.inputCodecParameters!);
    filter.inputTimeBase = stream.timeBase;
    const result = filter.init();
    if (result < 0)
      throw new FileError(
        'unreadable',
        `got "${FFmpegError.strerror(result)}" for ${file}, expected a sound ${known.codec} track`,
      );
    return { format, stream, filter, codec: known.codec };
  } catch (error) {
    format.closeInputSync();
    throw error;
  }
}
