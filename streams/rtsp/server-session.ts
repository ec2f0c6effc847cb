import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Clip } from '../files/clip.ts';
import { NAL_SYNTAX } from '../nal-units/nal-unit.ts';
import { InterleavedReader, type RtspMessage } from './interleaved.ts';
import { CLIP_PAYLOAD_TYPE, nalUnits } from './packetise.ts';
import type { Gate } from './server-gate.ts';
import { ClipPlayer, type Faults } from './server-player.ts';

/** What a session asks of its server. */
export interface Stage {
  gate: Gate;
  faults: Faults;
  sessionTimeoutS: number;
  /** The clip of a path and where in it that camera is now; null for an unknown path. */
  look(path: string): { clip: Clip; positionMs: number } | null;
}

const METHODS = 'OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN';

/** One client of the server. */
export class ServerSession {
  readonly #socket: Socket;
  readonly #stage: Stage;
  readonly #id = randomBytes(6).toString('hex');
  #clip: Clip | null = null;
  #path = '';
  #channel = 0;
  #player: ClipPlayer | null = null;

  constructor(socket: Socket, stage: Stage) {
    this.#socket = socket;
    this.#stage = stage;
    const reader = new InterleavedReader({ onPacket: () => {}, onMessage: (message) => this.#take(message) });
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#player?.stop());
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch {
        socket.destroy();
      }
    });
  }

  get playing(): boolean {
    return this.#player !== null;
  }

  #take({ startLine, headers }: RtspMessage): void {
    const [method = '', url = ''] = startLine.split(' ');
    const sequence = headers.get('cseq')?.[0] ?? '0';
    const answer = (status: string, lines: string[] = [], body = '') => {
      const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
      this.#socket.write(
        `${[`RTSP/1.0 ${status}`, `CSeq: ${sequence}`, ...lines, ...length].join('\r\n')}\r\n\r\n${body}`,
      );
    };
    if (method === 'OPTIONS') {
      answer('200 OK', [`Public: ${METHODS}`]);
      return;
    }
    const refusal = this.#stage.gate.refuse(method, headers.get('authorization')?.[0]);
    const session = `Session: ${this.#id};timeout=${this.#stage.sessionTimeoutS}`;
    if (refusal !== null) answer('401 Unauthorized', refusal);
    else if (method === 'DESCRIBE') this.#describe(url, answer);
    else if (method === 'SETUP') this.#setUp(url, headers.get('transport')?.[0] ?? '', session, answer);
    else if (method === 'PLAY') this.#play(url, session, answer);
    else if (method === 'GET_PARAMETER') answer('200 OK', [session]);
    else if (method === 'TEARDOWN') {
      answer('200 OK', [session]);
      this.#player?.stop();
      this.#socket.end();
    } else answer('501 Not Implemented');
  }

  #describe(url: string, answer: Answer): void {
    const found = this.#stage.look(pathOf(url));
    const base = `Content-Base: ${url.replace(/\/?$/, '/')}`;
    if (found === null) answer('404 Not Found');
    else answer('200 OK', ['Content-Type: application/sdp', base], sdpOf(found.clip));
  }

  #setUp(url: string, transport: string, session: string, answer: Answer): void {
    const path = pathOf(url).replace(/\/?track0$/, '');
    const found = this.#stage.look(path);
    if (found === null) {
      answer('404 Not Found');
    } else if (!/RTP\/AVP\/TCP/i.test(transport)) {
      answer('461 Unsupported Transport');
    } else {
      this.#channel = Number(/interleaved=(\d+)/.exec(transport)?.[1] ?? 0);
      this.#clip = found.clip;
      this.#path = path;
      answer('200 OK', [`Transport: RTP/AVP/TCP;unicast;interleaved=${this.#channel}-${this.#channel + 1}`, session]);
    }
  }

  #play(url: string, session: string, answer: Answer): void {
    const positionMs = this.#stage.look(this.#path)?.positionMs;
    if (this.#clip === null || positionMs === undefined) {
      answer('455 Method Not Valid in This State');
      return;
    }
    this.#player?.stop();
    this.#player = new ClipPlayer(this.#socket, this.#clip, this.#channel, positionMs, this.#stage.faults);
    const trackUrl = `${url.replace(/\/?$/, '/')}track0`;
    answer('200 OK', [session, 'Range: npt=now-', `RTP-Info: url=${trackUrl};seq=${this.#player.firstSequence}`]);
    this.#player.play();
  }
}

type Answer = (status: string, lines?: string[], body?: string) => void;

/** The path of an address, decoded, without slashes at its ends. */
export function pathOf(url: string): string {
  const path = /^rtsps?:\/\/[^/]*\/?([^?#]*)/i.exec(url)?.[1] ?? '';
  try {
    return decodeURIComponent(path).replace(/\/$/, '');
  } catch {
    return path;
  }
}

/** The session description of a clip. */
export function sdpOf(clip: Clip): string {
  const { typeOf } = NAL_SYNTAX[clip.codec];
  const sets = nalUnits(clip.parameterSets);
  const ofType = (type: number) =>
    sets
      .filter((nal) => typeOf(nal[0]!) === type)
      .map((nal) => nal.toString('base64'))
      .join(',');
  const format =
    clip.codec === 'h264'
      ? `packetization-mode=1;profile-level-id=${sets[0]?.subarray(1, 4).toString('hex')};sprop-parameter-sets=${ofType(7)},${ofType(8)}`
      : `sprop-vps=${ofType(32)};sprop-sps=${ofType(33)};sprop-pps=${ofType(34)}`;
  return [
    'v=0',
    'o=- 0 0 IN IP4 0.0.0.0',
    's=chengnao',
    'c=IN IP4 0.0.0.0',
    't=0 0',
    'a=control:*',
    `m=video 0 RTP/AVP ${CLIP_PAYLOAD_TYPE}`,
    `a=rtpmap:${CLIP_PAYLOAD_TYPE} ${clip.codec.toUpperCase()}/90000`,
    `a=fmtp:${CLIP_PAYLOAD_TYPE} ${format}`,
    'a=control:track0',
    '',
  ].join('\r\n');
}
