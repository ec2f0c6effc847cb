/** A message of RTSP, a response or a request, as it came over the wire. */
export interface RtspMessage {
  /** `RTSP/1.0 200 OK` or `OPTIONS rtsp://… RTSP/1.0`. */
  startLine: string;
  /** By name in lower case; a header that came twice has two values. */
  headers: Map<string, string[]>;
  body: string;
}

export interface InterleavedListener {
  /** A packet of a channel: bytes from `start` to `end` of a buffer that is only lent: copy what is to be kept. */
  onPacket(channel: number, data: Buffer, start: number, end: number): void;
  onMessage(message: RtspMessage): void;
}

const DOLLAR = 0x24;
const HEADER_END = Buffer.from('\r\n\r\n');
const MESSAGE_LIMIT_BYTES = 64 * 1024;

/**
 * Parts one TCP connection of RTSP into messages and interleaved packets (RFC 2326, 10.12). A packet that lies within
 * one chunk is a view of it; only one that straddles chunks is copied, once. Chunks are only lent.
 */
export class InterleavedReader {
  readonly #listener: InterleavedListener;
  /** A packet that straddles chunks, allocated whole, with what has come of it so far. */
  #packet: Buffer | null = null;
  #packetFilled = 0;
  /** The begin of a message, or less than a packet's four header bytes. */
  #rest: Buffer | null = null;

  constructor(listener: InterleavedListener) {
    this.#listener = listener;
  }

  /** @throws Error when the bytes are neither a packet nor a message: the framing is lost */
  push(chunk: Buffer): void {
    let at = this.#packet === null ? 0 : this.#fill(chunk, 0);
    let data = chunk;
    if (this.#rest !== null && at < data.length) {
      data = Buffer.concat([this.#rest, at === 0 ? data : data.subarray(at)]);
      this.#rest = null;
      at = 0;
    }
    const listener = this.#listener;
    const length = data.length;
    while (at < length) {
      if (data[at] !== DOLLAR) {
        const next = this.#message(data, at);
        if (next < 0) break;
        at = next;
        continue;
      }
      if (length - at < 4) break;
      const start = at + 4;
      const end = start + ((data[at + 2]! << 8) | data[at + 3]!);
      if (end > length) {
        this.#packet = Buffer.allocUnsafeSlow(end - at);
        this.#packetFilled = 0;
        this.#fill(data, at);
        return;
      }
      listener.onPacket(data[at + 1]!, data, start, end);
      at = end;
    }
    if (at < length) this.#rest = Buffer.from(data.subarray(at));
  }

  #fill(data: Buffer, from: number): number {
    const packet = this.#packet!;
    const taken = data.copy(packet, this.#packetFilled, from);
    this.#packetFilled += taken;
    if (this.#packetFilled === packet.length) {
      this.#packet = null;
      this.#listener.onPacket(packet[1]!, packet, 4, packet.length);
    }
    return from + taken;
  }

  /** Offset after the message that begins at `at`, or -1 when it is not all there yet. */
  #message(data: Buffer, at: number): number {
    const first = data[at]!;
    if (first === 0x0d || first === 0x0a) return at + 1;
    if (first < 0x41 || first > 0x5a)
      throw new Error(`got byte 0x${first.toString(16)} between packets, expected "$" or a message of RTSP`);
    const headEnd = data.indexOf(HEADER_END, at);
    if (headEnd < 0) {
      if (data.length - at > MESSAGE_LIMIT_BYTES)
        throw new Error(`got a message of more than ${MESSAGE_LIMIT_BYTES} bytes, expected the end of its headers`);
      return -1;
    }
    const [startLine, ...lines] = data.toString('utf8', at, headEnd).split(/\r?\n/);
    const headers = new Map<string, string[]>();
    for (const line of lines) {
      const colon = line.indexOf(':');
      if (colon <= 0) continue;
      const name = line.slice(0, colon).trim().toLowerCase();
      const values = headers.get(name);
      const value = line.slice(colon + 1).trim();
      if (values === undefined) headers.set(name, [value]);
      else values.push(value);
    }
    const bodyStart = headEnd + HEADER_END.length;
    const bodyBytes = Number(headers.get('content-length')?.[0] ?? 0);
    if (!(bodyBytes >= 0 && bodyBytes <= MESSAGE_LIMIT_BYTES))
      throw new Error(`got a body of ${bodyBytes} bytes, expected at most ${MESSAGE_LIMIT_BYTES}`);
    const end = bodyStart + bodyBytes;
    if (end > data.length) return -1;
    this.#listener.onMessage({ startLine: startLine!, headers, body: data.toString('utf8', bodyStart, end) });
    return end;
  }
}
