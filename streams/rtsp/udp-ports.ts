import { createSocket, type Socket } from 'node:dgram';
import { isIP, type Socket as TcpSocket } from 'node:net';
import { nowMs } from '../clock.ts';
import { ReorderWindow, type TakePacket } from './reorder-window.ts';

/** A key of some hundred packets arrives at once; the system may grant less. */
const RECEIVE_BUFFER_BYTES = 2 * 1024 * 1024;
/** An odd port that is taken means another pair; a machine without any is full. */
const TRIES = 20;
const EMPTY_PACKET = Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
/** RTCP (RFC 3550, 6.4.2): a receiver report of nothing. */
const EMPTY_REPORT = Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 1]);

/** A pair of UDP ports for one camera: RTP on the even one, RTCP on the odd one after it (RFC 3550, 11). */
export class UdpPorts {
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  #server: { host: string; rtcpPort: number } | null = null;

  private constructor(rtp: Socket, rtcp: Socket) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    // What arrives wrong or not at all is seen by the watch.
    for (const socket of [rtp, rtcp]) socket.on('error', () => {});
  }

  /**
   * Binds a pair, of the family over which the camera was reached.
   * @throws Error when no pair is free
   */
  static async bind(tcp: TcpSocket): Promise<UdpPorts> {
    const family = isIP(tcp.localAddress ?? '') === 6 ? 'udp6' : 'udp4';
    for (let i = 0; i < TRIES; i++) {
      const rtp = await bound(family, 0);
      const port = rtp?.address().port ?? 1;
      const rtcp = port % 2 === 0 ? await bound(family, port + 1) : null;
      if (rtp !== null && rtcp !== null) return new UdpPorts(rtp, rtcp);
      rtp?.close();
    }
    throw new Error('got no free pair of UDP ports, expected two neighbours');
  }

  /** The `Transport` header that asks for them. */
  get transport(): string {
    const port = this.#rtp.address().port;
    return `RTP/AVP;unicast;client_port=${port}-${port + 1}`;
  }

  /**
   * Takes what the camera sends from now on, in order, and nothing that another host sends.
   * @param answered the `Transport` header of the SETUP answer; a `source` in it may send too
   * @param onBytes told of every datagram's length
   */
  receive(answered: string, host: string, take: TakePacket, onBytes: (bytes: number) => void): void {
    const [, rtp, rtcp] = /server_port=(\d+)(?:-(\d+))?/i.exec(answered) ?? [];
    const source = /source=([^;\s]+)/i.exec(answered)?.[1] ?? '';
    const window = new ReorderWindow(take);
    this.#rtp.on('message', (data, { address }) => {
      if (address !== host && address !== source) return;
      onBytes(data.length);
      window.push(data, nowMs());
    });
    if (rtp === undefined) return;
    this.#server = { host, rtcpPort: Number(rtcp ?? Number(rtp) + 1) };
    // Opens the way through a firewall that lets in only answers.
    this.#rtp.send(EMPTY_PACKET, Number(rtp), host, () => {});
    this.report();
  }

  /** Says over RTCP that somebody still receives: some servers count only this as a sign of life. */
  report(): void {
    if (this.#server !== null) this.#rtcp.send(EMPTY_REPORT, this.#server.rtcpPort, this.#server.host, () => {});
  }

  close(): void {
    this.#server = null;
    this.#rtp.close();
    this.#rtcp.close();
  }
}

function bound(family: 'udp4' | 'udp6', port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: family, recvBufferSize: RECEIVE_BUFFER_BYTES });
    socket.once('error', () => {
      socket.close();
      resolve(null);
    });
    socket.bind(port, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}
