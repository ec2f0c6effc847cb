import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { CameraSource } from '#config/camera.ts';
import { probeHls } from './hls/probe.ts';
import { withoutAddresses } from './mask.ts';
import type { Probe } from './probe-answer.ts';
import { parseAddress } from './rtsp/address.ts';
import { probeRtsp } from './rtsp/probe.ts';

const PROBES: readonly { schemes: RegExp; probe: (url: string, timeoutMs: number) => Promise<Probe> }[] = [
  { schemes: /^rtsps?:/i, probe: probeRtsp },
  { schemes: /^https?:/i, probe: probeHls },
  { schemes: /^file:/i, probe: probeFile },
];

/** Asks once whether a stream is there, without playing or decoding it. Never throws; done within `timeoutMs` a server. */
export async function probeStream({ url }: CameraSource, timeoutMs: number): Promise<Probe> {
  const found = PROBES.find(({ schemes }) => schemes.test(url));
  if (found === undefined) return { code: 'bad-address', reason: 'no program knows this scheme', reached: true };
  const answer = await found.probe(url, timeoutMs);
  return { ...answer, reason: answer.reason === null ? null : withoutAddresses(answer.reason) };
}

async function probeFile(url: string): Promise<Probe> {
  try {
    if ((await stat(fileURLToPath(url))).isFile()) return { code: null, reason: null, reached: true };
  } catch {
    // Told below.
  }
  return { code: 'file-unreadable', reason: null, reached: true };
}

/** Where a stream comes from: streams of one host are asked one after the other. */
interface StreamHost {
  host: string;
  /** host:port */
  endpoint: string;
  /** The /24 of an IPv4 address. */
  subnet: string | null;
}

const DEFAULT_PORTS: Record<string, number> = { rtsp: 554, rtsps: 322, http: 80, https: 443 };

/** An address that cannot be read has a host of its own: "". */
export function hostOf({ url }: CameraSource): StreamHost {
  try {
    const { scheme, host: written, port } = parseAddress(url);
    const host = written.toLowerCase();
    const v4 = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/.exec(host);
    return {
      host,
      endpoint: `${host}:${port ?? DEFAULT_PORTS[scheme] ?? 0}`,
      subnet: v4 === null ? null : `${v4[1]}.0/24`,
    };
  } catch {
    return { host: '', endpoint: ':0', subnet: null };
  }
}
