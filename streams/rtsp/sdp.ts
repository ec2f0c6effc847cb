import type { VideoCodec } from '../access-unit.ts';

/** The video track of a session description (RFC 4566, RFC 6184, RFC 7798). */
export interface VideoTrack {
  codec: VideoCodec;
  payloadType: number;
  /** Address for SETUP. */
  trackUrl: string;
  /** Address for PLAY and TEARDOWN of the whole session. */
  sessionUrl: string;
  /** Parameter sets that the description brings, NAL units without start codes. */
  parameterSets: Buffer[];
}

const CODECS: Record<string, VideoCodec> = { H264: 'h264', H265: 'h265', HEVC: 'h265' };

/**
 * Finds the first H.264 or H.265 track.
 * @param baseUrl Content-Base, or else the address that was described
 * @throws RangeError when there is none, saying what there was
 */
export function readVideoTrack(sdp: string, baseUrl: string): VideoTrack {
  const lines = sdp.split(/\r?\n/);
  const sections: string[][] = [[]];
  for (const line of lines) {
    if (line.startsWith('m=')) sections.push([]);
    sections.at(-1)!.push(line.trimEnd());
  }
  const [session, ...media] = sections;
  const offered: string[] = [];
  for (const section of media) {
    if (!section[0]!.startsWith('m=video')) continue;
    for (const line of section) {
      const map = /^a=rtpmap:(\d+)\s+([^/\s]+)/i.exec(line);
      if (map === null) continue;
      const name = map[2]!.toUpperCase();
      offered.push(name);
      const codec = CODECS[name];
      if (codec === undefined) continue;
      const payloadType = Number(map[1]);
      return {
        codec,
        payloadType,
        trackUrl: resolve(baseUrl, attribute(section, 'control') ?? '*'),
        sessionUrl: resolve(baseUrl, attribute(session!, 'control') ?? '*'),
        parameterSets: parameterSets(codec, formatParameters(section, payloadType)),
      };
    }
  }
  throw new RangeError(
    `got a session with ${offered.length === 0 ? 'no video' : offered.join(', ')}, expected H264 or H265`,
  );
}

function attribute(section: readonly string[], name: string): string | null {
  const prefix = `a=${name}:`;
  return (
    section
      .find((line) => line.startsWith(prefix))
      ?.slice(prefix.length)
      .trim() ?? null
  );
}

function resolve(baseUrl: string, control: string): string {
  if (control === '*' || control === '') return baseUrl;
  if (/^rtsps?:\/\//i.test(control)) return control;
  return `${baseUrl}${baseUrl.endsWith('/') ? '' : '/'}${control.replace(/^\//, '')}`;
}

function formatParameters(section: readonly string[], payloadType: number): Map<string, string> {
  const line = section.find((each) => each.startsWith(`a=fmtp:${payloadType} `)) ?? '';
  const parameters = new Map<string, string>();
  for (const part of line.slice(line.indexOf(' ') + 1).split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0) parameters.set(part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim());
  }
  return parameters;
}

function parameterSets(codec: VideoCodec, parameters: Map<string, string>): Buffer[] {
  const names = codec === 'h264' ? ['sprop-parameter-sets'] : ['sprop-vps', 'sprop-sps', 'sprop-pps'];
  return names
    .flatMap((name) => (parameters.get(name) ?? '').split(','))
    .map((text) => Buffer.from(text, 'base64'))
    .filter((nal) => nal.length > 2);
}
