import { connect as connectTcp, isIP, type Socket, type TcpSocketConnectOpts } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { FaultCode } from '../faults.ts';
import type { StreamAddress } from './address.ts';
import { lookupHost } from './lookup.ts';

const DEFAULT_PORTS: Record<string, number> = { rtsp: 554, rtsps: 322 };

const SOCKET_FAULTS: Record<string, [code: FaultCode, detail: string]> = {
  ECONNREFUSED: ['unreachable', 'connection refused'],
  ECONNRESET: ['connection-lost', 'the camera reset the connection'],
  EHOSTUNREACH: ['unreachable', 'no route to the camera'],
  ENETUNREACH: ['unreachable', 'no route to the camera’s network'],
  ENOTFOUND: ['unknown-host', 'unknown host name'],
  EAI_AGAIN: ['unknown-host', 'the host name could not be looked up'],
  ETIMEDOUT: ['unreachable', 'connecting timed out'],
  EPIPE: ['connection-lost', 'the camera closed the connection'],
};

/** What an error of a socket means for the camera behind it. */
export function faultOfSocket(error: NodeJS.ErrnoException): [code: FaultCode, detail: string] {
  return SOCKET_FAULTS[error.code ?? ''] ?? ['unreachable', error.message];
}

/** The event of a dialled socket after which requests can be written. */
export const readyEvent = ({ scheme }: StreamAddress): 'connect' | 'secureConnect' =>
  scheme === 'rtsps' ? 'secureConnect' : 'connect';

/**
 * Begins to connect to an `rtsp://` or `rtsps://` address.
 * @param onread of plain TCP: where to read into; TLS and a socket without it tell by `data`
 */
export function dial(address: StreamAddress, onread?: TcpSocketConnectOpts['onread']): Socket {
  const port = address.port ?? DEFAULT_PORTS[address.scheme] ?? 554;
  const target = { host: address.host, port, lookup: lookupHost };
  // A camera's certificate is one that it made itself: TLS keeps others from reading along, Digest proves who asks.
  const name = isIP(address.host) === 0 ? { servername: address.host } : {};
  return address.scheme === 'rtsps'
    ? connectTls({ ...target, ...name, rejectUnauthorized: false })
    : connectTcp({ ...target, noDelay: true, ...(onread && { onread }) });
}
