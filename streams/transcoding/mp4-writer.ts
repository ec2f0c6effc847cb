import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  FF_ENCODER_LIBX264,
} from 'node-av/constants';
import {
  Codec,
  CodecContext,
  FFmpegError,
  FormatContext,
  Frame,
  Packet,
  Rational,
  SoftwareScaleContext,
  type Stream,
} from 'node-av/lib';

export interface Mp4Format {
  widthPx: number;
  heightPx: number;
  frameRate: { num: number; den: number };
  keyIntervalFrames: number;
}

/** Encodes pictures with libx264 into an MP4 file, without blocking the process. */
export class Mp4Writer {
  readonly #format = new FormatContext();
  readonly #context = new CodecContext();
  readonly #packet = new Packet();
  readonly #scaled = new Frame();
  readonly #scaler = new SoftwareScaleContext();
  readonly #stream: Stream;
  readonly #tick: Rational;
  readonly #duration: bigint;

  constructor(file: string, { widthPx, heightPx, frameRate, keyIntervalFrames }: Mp4Format) {
    const codec = Codec.findEncoderByName(FF_ENCODER_LIBX264);
    if (codec === null) throw new Error('got a libav without libx264, expected its encoder');
    const context = this.#context;
    this.#tick = new Rational(frameRate.den, frameRate.num);
    context.allocContext3(codec);
    context.width = widthPx;
    context.height = heightPx;
    context.pixelFormat = AV_PIX_FMT_YUV420P;
    context.timeBase = this.#tick;
    context.framerate = new Rational(frameRate.num, frameRate.den);
    context.gopSize = keyIntervalFrames;
    context.maxBFrames = 0;
    context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    // As options of the context: a Dictionary that was handed to open2 is freed twice.
    context.setOption('preset', 'veryfast');
    context.setOption('crf', '26');
    context.setOption('x264-params', 'scenecut=0:open-gop=0');
    FFmpegError.throwIfError(context.open2Sync(codec, null), 'opening libx264');
    FFmpegError.throwIfError(this.#format.allocOutputContext2(null, 'mp4', file), `opening ${file}`);
    this.#stream = this.#format.newStream(null);
    this.#stream.codecpar.fromContext(context);
    this.#stream.timeBase = this.#tick;
    FFmpegError.throwIfError(this.#format.openOutputSync(), `opening ${file}`);
    FFmpegError.throwIfError(this.#format.writeHeaderSync(null), `writing the header of ${file}`);
    const { num, den } = this.#stream.timeBase;
    this.#duration = BigInt(Math.round((frameRate.den * den) / (frameRate.num * num)));
    this.#packet.alloc();
    this.#scaled.alloc();
    this.#scaled.width = widthPx;
    this.#scaled.height = heightPx;
    this.#scaled.format = AV_PIX_FMT_YUV420P;
    FFmpegError.throwIfError(this.#scaled.getBuffer(), 'allocating a picture');
    this.#scaler.allocContext();
  }

  /** Writes a picture of any size and format as the one of that index. */
  async write(picture: Frame, index: number): Promise<void> {
    const scaled = this.#scaled;
    FFmpegError.throwIfError(scaled.makeWritable(), 'allocating a picture');
    FFmpegError.throwIfError(await this.#scaler.scaleFrame(scaled, picture), 'scaling a picture');
    scaled.pictType = AV_PICTURE_TYPE_NONE;
    scaled.pts = BigInt(index);
    FFmpegError.throwIfError(await this.#context.sendFrame(scaled), 'encoding a picture');
    await this.#drain();
  }

  /** Writes what is still held back, and the file's end. */
  async finish(): Promise<void> {
    await this.#context.sendFrame(null);
    await this.#drain();
    FFmpegError.throwIfError(await this.#format.writeTrailer(), 'writing the end of the file');
  }

  close(): void {
    this.#scaler.freeContext();
    this.#scaled.free();
    this.#packet.free();
    this.#context.freeContext();
    this.#format.closeOutputSync();
    this.#format.freeContext();
  }

  async #drain(): Promise<void> {
    const packet = this.#packet;
    while ((await this.#context.receivePacket(packet)) >= 0) {
      packet.streamIndex = this.#stream.index;
      packet.rescaleTs(this.#tick, this.#stream.timeBase);
      packet.duration = this.#duration;
      FFmpegError.throwIfError(await this.#format.interleavedWriteFrame(packet), 'writing a picture');
    }
  }
}
