import { AV_LOG_QUIET, AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, FormatContext, Frame, Log, Packet, type Stream } from 'node-av/lib';

Log.setLevel(AV_LOG_QUIET);

const NO_TIME = -0x8000000000000000n;

/** Decodes the pictures of any video file one after the other, without blocking the process. */
export class PictureReader {
  readonly frameRate: { num: number; den: number };
  readonly #format = new FormatContext();
  readonly #context = new CodecContext();
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  readonly #stream: Stream;
  #pictures = 0;
  #firstSeconds: number | null = null;
  #ended = false;

  /** @throws Error for what is no video */
  constructor(file: string) {
    FFmpegError.throwIfError(this.#format.openInputSync(file), `opening ${file}`);
    this.#format.findStreamInfoSync();
    const stream = this.#format.streams[this.#format.findBestStream(AVMEDIA_TYPE_VIDEO)];
    const codec = stream === undefined ? null : Codec.findDecoder(stream.codecpar.codecId);
    if (stream === undefined || codec === null) {
      this.#format.closeInputSync();
      throw new Error(`got ${file} without video that libav can decode, expected a track of it`);
    }
    this.#stream = stream;
    const { num, den } = stream.avgFrameRate;
    this.frameRate = num > 0 && den > 0 ? { num, den } : { num: 25, den: 1 };
    this.#context.allocContext3(codec);
    this.#context.parametersToContext(stream.codecpar);
    FFmpegError.throwIfError(this.#context.open2Sync(codec, null), `opening the decoder of ${file}`);
    this.#packet.alloc();
    this.#frame.alloc();
  }

  /** The next picture, borrowed until the next call, and when it is shown, from the first on; null at the end. */
  async next(): Promise<{ frame: Frame; atSeconds: number } | null> {
    for (;;) {
      this.#frame.unref();
      if ((await this.#context.receiveFrame(this.#frame)) >= 0) return { frame: this.#frame, atSeconds: this.#time() };
      if (this.#ended) return null;
      await this.#feed();
    }
  }

  close(): void {
    this.#frame.free();
    this.#packet.free();
    this.#context.freeContext();
    this.#format.closeInputSync();
  }

  async #feed(): Promise<void> {
    this.#ended = (await this.#format.readFrame(this.#packet)) < 0;
    if (this.#ended) await this.#context.sendPacket(null);
    else if (this.#packet.streamIndex === this.#stream.index) await this.#context.sendPacket(this.#packet);
    this.#packet.unref();
  }

  #time(): number {
    const time = this.#frame.bestEffortTimestamp;
    const { num, den } = this.#stream.timeBase;
    const guessed = (this.#pictures++ * this.frameRate.den) / this.frameRate.num;
    const seconds = time === NO_TIME ? guessed : (Number(time) * num) / den;
    this.#firstSeconds ??= seconds;
    return seconds - this.#firstSeconds;
  }
}
