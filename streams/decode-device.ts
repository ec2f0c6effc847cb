import type { AVHWDeviceType, AVPixelFormat } from 'node-av/constants';
import { type Codec, type CodecContext, HardwareDeviceContext, type Frame as Picture } from 'node-av/lib';
import type { DecodeDeviceName } from '#config/decode-device.ts';
import type { VideoCodec } from './access-unit.ts';

/**
 * The card that decodes for a process. What it cannot do — it is not there, it does not know a codec, its pictures do not
 * come back — is told once, and the CPU decodes instead.
 */
export class DecodeDevice {
  readonly #name: DecodeDeviceName;
  readonly #onRefusal: (refusal: string) => void;
  readonly #refused = new Set<VideoCodec>();
  #device: HardwareDeviceContext | null = null;

  constructor(wanted: DecodeDeviceName, onRefusal: (refusal: string) => void) {
    this.#name = wanted;
    this.#onRefusal = onRefusal;
    if (wanted === 'cpu') return;
    const known = HardwareDeviceContext.iterateTypes();
    const type = known.find((one) => nameOf(one) === wanted);
    const device = new HardwareDeviceContext();
    const result = type === undefined ? 'none of that name' : device.create(type);
    if (typeof result === 'number' && result >= 0) this.#device = device;
    else {
      const names = known.map(nameOf).join(', ');
      this.#tell(`${wanted}: got ${result} from libav, expected a card and its driver; it knows ${names}`);
    }
  }

  /** Has a context decode on the card, before it is opened. @returns false where the CPU decodes */
  equip(context: CodecContext, codec: Codec, codecName: VideoCodec): boolean {
    if (this.#device === null || this.#refused.has(codecName)) return false;
    const format = formatOf(codec, this.#name);
    if (format === null) {
      this.#refuse(codecName, 'got no way to it in this libav, expected one');
      return false;
    }
    context.hwDeviceCtx = this.#device;
    context.setHardwarePixelFormat(format);
    return true;
  }

  /**
   * Brings a picture from the card into memory, its time and its errors with it. @returns false when the CPU decoded it, null
   * when it does not come; either way the card is asked for no more of this codec
   */
  fetch(from: Picture, to: Picture, codecName: VideoCodec): boolean | null {
    if (!from.isHwFrame()) {
      this.#refuse(codecName, 'got a picture that the CPU decoded, expected one of the card');
      return false;
    }
    const result = from.hwframeTransferDataSync(to);
    if (result >= 0 && to.copyProps(from) >= 0) return true;
    this.#refuse(codecName, `got error ${result} of libav, expected its picture`);
    return null;
  }

  close(): void {
    this.#device?.free();
    this.#device = null;
  }

  #refuse(codecName: VideoCodec, what: string): void {
    if (this.#refused.has(codecName)) return;
    this.#refused.add(codecName);
    this.#tell(`${codecName} on ${this.#name}: ${what}`);
  }

  #tell(refusal: string): void {
    this.#onRefusal(`${refusal}; the CPU decodes instead`);
  }
}

/** In what format the card's pictures of a codec come; null where this libav has no way to them. */
function formatOf(codec: Codec, name: DecodeDeviceName): AVPixelFormat | null {
  for (let i = 0; ; i++) {
    const way = codec.getHwConfig(i);
    if (way === null) return null;
    if (nameOf(way.deviceType) === name) return way.pixFmt;
  }
}

function nameOf(type: AVHWDeviceType): string {
  return String(HardwareDeviceContext.getTypeName(type));
}
