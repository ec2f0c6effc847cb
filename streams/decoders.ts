import { type CodecContext, Packet, Frame as Picture } from 'node-av/lib';
import type { AccessUnit, VideoCodec } from './access-unit.ts';
import { DecodeDevice } from './decode-device.ts';
import { DecodedFrame, type Frame } from './frame.ts';
import { openDecoder } from './open-decoder.ts';
import { Scalers } from './scalers.ts';

/** A decoder that no camera has needed for this long is freed: its cameras are gone, or have changed their format. */
const IDLE_MS = 300_000;

/**
 * A key of so many bits a pixel or more is looked at without the filter that smooths the edges of its blocks. On 150
 * garbage photos, coded by x264 with .29 bits a pixel, AP50 is .740 without the filter and .732 with it; with .15 bits .725 and .720;
 * with .06 bits .635 and .696. Keys of city cameras have .4 to 1.
 */
const UNSMOOTHED_FROM_BITS_PER_PX = 0.25;

/**
 * Decodes key units. The pictures that are looked at and those that are shown to people come from decoders apart: the
 * former leave out the filter that smooths the edges of blocks where these are fine, which is a twelfth of the work.
 */
export class KeyframeDecoders {
  readonly #scalers = new Scalers();
  readonly #device: DecodeDevice;
  readonly #looking: KeyDecoders;
  readonly #showing: KeyDecoders;

  /** @param device what decodes; its owner closes it after this */
  constructor(device = new DecodeDevice('cpu', () => undefined)) {
    this.#device = device;
    this.#looking = new KeyDecoders(this.#scalers, device, true);
    this.#showing = new KeyDecoders(this.#scalers, device, false);
  }

  /** The picture of a whole key unit, to be looked at; null for any other unit, and for one that does not decode without an error. */
  decode(unit: AccessUnit): Frame | null {
    return this.#looking.decode(unit);
  }

  /** The same as its codec has it, to be shown. What {@link decode} lent stays lent. */
  decodeToShow(unit: AccessUnit): Frame | null {
    return this.#showing.decode(unit);
  }

  /** A decoder of one camera's own, with which this one shares its scalers; to be closed before it. */
  openInter(): InterDecoder {
    return new InterDecoder(this.#scalers, this.#device);
  }

  /** Decoders that are open. */
  get size(): number {
    return this.#looking.size + this.#showing.size;
  }

  close(): void {
    this.#looking.close();
    this.#showing.close();
    this.#scalers.close();
  }
}

/**
 * One decoder per parameter set, shared by all cameras of a process that have the same. A key needs no picture before it, and
 * what comes out is believed only if it is of that key; a decoder that holds it back, as for B-frames, is drained and flushed
 * on its own, so that none of another camera can come out. A key that does not decode takes
 * its decoder with it: what it leaves in there is seen in later pictures (of H.264), and where a slice of H.265 breaks
 * off, the picture's memory shows what was decoded into it before, perhaps another camera's.
 */
class KeyDecoders {
  readonly #scalers: Scalers;
  readonly #device: DecodeDevice;
  readonly #unsmoothed: boolean;
  readonly #decoders = new Map<string, Decoder>();
  #aside: Decoder | null = null;

  constructor(scalers: Scalers, device: DecodeDevice, unsmoothed: boolean) {
    this.#scalers = scalers;
    this.#device = device;
    this.#unsmoothed = unsmoothed;
  }

  decode(unit: AccessUnit): Frame | null {
    if (!unit.key || !unit.whole) return null;
    this.#aside?.close();
    this.#aside = null;
    const decoder = this.#decoderOf(unit);
    const frame = decoder.decodeKey(unit);
    if (frame !== null) return frame;
    decoder.close();
    this.#decoders.delete(unit.parameterSets);
    if (unit.codec === 'h264') return null;
    // The decoder of H.265 is strict, and may have minded a side message only: fresh memory shows nobody else's picture.
    this.#aside = this.#open(unit, 'one-key');
    return this.#aside.decodeKey(unit);
  }

  get size(): number {
    return this.#decoders.size;
  }

  close(): void {
    this.#aside?.close();
    this.#aside = null;
    for (const decoder of this.#decoders.values()) decoder.close();
    this.#decoders.clear();
  }

  #open({ codec }: AccessUnit, decodes: 'keys' | 'one-key'): Decoder {
    return new Decoder(codec, this.#scalers, this.#device, decodes, this.#unsmoothed);
  }

  #decoderOf(unit: AccessUnit): Decoder {
    const atMs = unit.capturedAtMs;
    let decoder = this.#decoders.get(unit.parameterSets);
    if (decoder === undefined) {
      this.#freeIdle(atMs);
      decoder = this.#open(unit, 'keys');
      this.#decoders.set(unit.parameterSets, decoder);
    }
    decoder.usedAtMs = atMs;
    return decoder;
  }

  #freeIdle(atMs: number): void {
    for (const [id, decoder] of this.#decoders) {
      if (atMs - decoder.usedAtMs < IDLE_MS) continue;
      decoder.close();
      this.#decoders.delete(id);
    }
  }
}

/** Decodes every picture of one camera. Waits for a whole key; after a damaged unit waits for the next whole key. */
export class InterDecoder {
  readonly #scalers: Scalers;
  readonly #ownsScalers: boolean;
  readonly #device: DecodeDevice;
  #decoder: Decoder | null = null;
  #codec: VideoCodec | null = null;
  #awaitsKey = false;

  /** @param scalers to be shared with other decoders of the process; their owner closes them */
  constructor(scalers?: Scalers, device = new DecodeDevice('cpu', () => undefined)) {
    this.#scalers = scalers ?? new Scalers();
    this.#ownsScalers = scalers === undefined;
    this.#device = device;
  }

  /** False until a whole key was decoded, and again after a unit that was not whole or did not decode. */
  get isOpen(): boolean {
    return this.#decoder !== null;
  }

  /** The next unit is a key of which none before is needed: no picture that was held back comes out after it. */
  restart(): void {
    this.#decoder?.flush();
    this.#awaitsKey = true;
  }

  /**
   * The newest picture that came out, whose `capturedAtMs` is its own unit's (a stream with B-frames gives it some
   * units later); null when there is none, or when the unit is not whole or does not decode.
   */
  decode(unit: AccessUnit): Frame | null {
    if (!unit.whole || (!unit.key && (this.#decoder === null || this.#awaitsKey))) {
      this.#reset();
      return null;
    }
    if (this.#codec !== unit.codec) this.#reset();
    this.#codec = unit.codec;
    this.#awaitsKey = false;
    this.#decoder ??= new Decoder(unit.codec, this.#scalers, this.#device, 'every-unit');
    if (!this.#decoder.send(unit)) {
      this.#reset();
      return null;
    }
    const frame = this.#decoder.receive();
    if (this.#decoder.isLost) this.#reset();
    return frame;
  }

  close(): void {
    this.#reset();
    if (this.#ownsScalers) this.#scalers.close();
  }

  #reset(): void {
    this.#decoder?.close();
    this.#decoder = null;
  }
}

class Decoder {
  usedAtMs = 0;
  /** Its card gives no pictures any more. */
  isLost = false;
  readonly #context: CodecContext;
  readonly #packet = new Packet();
  readonly #picture = new Picture();
  readonly #spare = new Picture();
  readonly #frame: DecodedFrame;
  readonly #codecName: VideoCodec;
  readonly #device: DecodeDevice;
  readonly #unsmoothed: boolean;
  #smooths = true;
  /** Sent so far; a key's number is told from all others by its picture. */
  #keys = 0n;
  /** Of its last picture; without bounds before the first: what is not known to be fine is smoothed. */
  #areaPx = Number.POSITIVE_INFINITY;
  #onCard = false;
  #joined: Buffer = Buffer.alloc(0);

  constructor(
    codecName: VideoCodec,
    scalers: Scalers,
    device: DecodeDevice,
    decodes: 'keys' | 'one-key' | 'every-unit',
    unsmoothed = false,
  ) {
    this.#codecName = codecName;
    this.#device = device;
    this.#unsmoothed = unsmoothed;
    // libav does not mark an H.265 picture of which a part is missing, as it does with H.264.
    const strict = decodes === 'keys' && codecName === 'h265';
    this.#context = openDecoder(codecName, {
      lowDelay: decodes !== 'every-unit',
      strict,
      equip: (context, codec) => {
        this.#onCard = device.equip(context, codec, codecName);
      },
    });
    this.#packet.alloc();
    this.#picture.alloc();
    this.#spare.alloc();
    this.#frame = new DecodedFrame(this.#picture, scalers);
  }

  /** @param pts comes out with the unit's picture */
  send(unit: AccessUnit, pts = BigInt(Math.round(unit.capturedAtMs * 1000))): boolean {
    const packet = this.#packet;
    packet.data = this.#join(unit);
    packet.isKeyframe = unit.key;
    packet.pts = pts;
    const result = this.#context.sendPacketSync(packet);
    packet.unref();
    return result >= 0;
  }

  /** A key's picture, apart from all before and after it. */
  decodeKey(unit: AccessUnit): Frame | null {
    if (this.#unsmoothed) this.#smooth(8 * unit.bytes < UNSMOOTHED_FROM_BITS_PER_PX * this.#areaPx);
    this.#keys++;
    if (!this.send(unit, this.#keys)) return null;
    const frame = this.receive(unit.capturedAtMs) ?? this.#drain(unit.capturedAtMs);
    return frame !== null && this.#picture.pts === this.#keys ? frame : null;
  }

  /** The picture that is held back. To flush costs the tables of a picture, which are made anew for the next key. */
  #drain(capturedAtMs: number): Frame | null {
    this.#context.sendPacketSync(null);
    const frame = this.receive(capturedAtMs);
    this.flush();
    return frame;
  }

  /** Forgets what is held back. */
  flush(): void {
    this.#context.flushBuffers();
  }

  /**
   * The newest picture that is ready; null when there is none, or when a part of it was concealed.
   * @param capturedAtMs of the unit, where the picture can only be that unit's; else the time travels with the packet
   */
  receive(capturedAtMs?: number): Frame | null {
    const picture = this.#picture;
    picture.unref();
    let got = false;
    while (this.#context.receiveFrameSync(this.#spare) >= 0) {
      picture.unref();
      got = this.#take();
      this.#spare.unref();
    }
    if (!got || picture.decodeErrorFlags !== 0) return null;
    this.#areaPx = picture.width * picture.height;
    return this.#frame.lend(capturedAtMs ?? Number(picture.pts) / 1000);
  }

  /** @returns false when the card does not give its picture: this decoder is to be opened anew */
  #take(): boolean {
    if (!this.#onCard) return this.#picture.ref(this.#spare) >= 0;
    const came = this.#device.fetch(this.#spare, this.#picture, this.#codecName);
    this.isLost = came === null;
    // It was the CPU after all.
    this.#onCard = came === true;
    if (came === false) this.#picture.ref(this.#spare);
    return !this.isLost;
  }

  close(): void {
    this.#picture.free();
    this.#spare.free();
    this.#packet.free();
    this.#context.freeContext();
  }

  #smooth(smooths: boolean): void {
    if (smooths === this.#smooths) return;
    this.#smooths = smooths;
    this.#context.setOption('skip_loop_filter', smooths ? 'default' : 'all');
  }

  #join(unit: AccessUnit): Buffer {
    const parts = unit.parts;
    if (parts.length === 1) return parts[0]!;
    if (this.#joined.length < unit.bytes) this.#joined = Buffer.allocUnsafe(unit.bytes * 2);
    const joined = this.#joined;
    let at = 0;
    for (let i = 0; i < parts.length; i++) at += parts[i]!.copy(joined, at);
    return joined.subarray(0, at);
  }
}
