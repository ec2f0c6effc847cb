/** A camera's address, taken apart. */
export interface StreamAddress {
  scheme: string;
  /** Without the brackets of IPv6. */
  host: string;
  port: number | null;
  /** Decoded; null when the address has none. */
  username: string | null;
  password: string | null;
  /** The address without user and password, for request lines; what is not ASCII is percent-encoded. */
  plainUrl: string;
}

const HOST = String.raw`(?:\[[0-9a-f:.]+(?:%[\w.-]+)?\]|[\p{L}\p{N}](?:[\p{L}\p{N}._-]*[\p{L}\p{N}])?)`;
const AFTER_CREDENTIALS = new RegExp(`^(${HOST})(?::(\\d{1,5}))?(?=[/?#]|$)`, 'iu');

/**
 * Takes an address apart as people write it: user and password may be percent-encoded, or raw with `# $ @ % / ?` or
 * Chinese in them. Where a raw password makes the host ambiguous, the reading whose host is an IP address, a name with
 * a dot or `localhost` wins; of several such readings the last.
 * @throws RangeError when no reading has a valid host
 */
export function parseAddress(url: string): StreamAddress {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1];
  if (scheme === undefined)
    throw new RangeError('got an address without a scheme, expected for example rtsp://host/path');
  const rest = url.slice(scheme.length + 3);
  const reading = readings(rest);
  if (reading === null)
    throw new RangeError('got an address without a valid host, expected for example rtsp://host/path');
  const { credentials, host, port, tail } = reading;
  const colon = credentials?.indexOf(':') ?? -1;
  return {
    scheme: scheme.toLowerCase(),
    host: host.replace(/^\[|\]$/g, ''),
    port,
    username: credentials === null ? null : decode(colon < 0 ? credentials : credentials.slice(0, colon)),
    password: credentials === null ? null : decode(colon < 0 ? '' : credentials.slice(colon + 1)),
    plainUrl: `${scheme.toLowerCase()}://${host}${port === null ? '' : `:${port}`}${asciiOnly(tail)}`,
  };
}

interface Reading {
  credentials: string | null;
  host: string;
  port: number | null;
  tail: string;
}

function readings(rest: string): Reading | null {
  const authorityEnd = rest.search(/[/?#]/);
  const authority = authorityEnd < 0 ? rest : rest.slice(0, authorityEnd);
  const standard = readAt(rest, authority.lastIndexOf('@'));
  if (standard !== null && isTellingHost(standard.host)) return standard;
  let last: Reading | null = null;
  for (let at = rest.lastIndexOf('@'); at >= 0; at = at === 0 ? -1 : rest.lastIndexOf('@', at - 1)) {
    const reading = readAt(rest, at);
    if (reading === null) continue;
    if (isTellingHost(reading.host)) return reading;
    last ??= reading;
  }
  return standard ?? last;
}

function readAt(rest: string, at: number): Reading | null {
  const match = AFTER_CREDENTIALS.exec(rest.slice(at + 1));
  if (match === null) return null;
  const port = match[2] === undefined ? null : Number(match[2]);
  if (port !== null && (port < 1 || port > 65_535)) return null;
  return {
    credentials: at < 0 ? null : rest.slice(0, at),
    host: match[1]!,
    port,
    tail: rest.slice(at + 1 + match[0].length),
  };
}

function isTellingHost(host: string): boolean {
  return host.startsWith('[') || host.includes('.') || host.toLowerCase() === 'localhost';
}

/** Percent-decoded; as it stands where its percent signs are no valid encoding, as in a raw password. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function asciiOnly(tail: string): string {
  return tail.replace(/[^\x21-\x7e]+/g, (part) => encodeURIComponent(part));
}
