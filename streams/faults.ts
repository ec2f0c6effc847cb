/**
 * When to connect again after a fault:
 * - `steady`: each second for a minute, then ever more rarely, up to once a minute;
 * - `backing-off`: ever more rarely from the first time on: the server has said that it is asked too much;
 * - `new-source`: once more after ten seconds, since a camera that boots refuses everybody, then every half hour:
 *   cameras lock accounts. A changed address is a new stream and is tried at once;
 * - `none`: the stream goes on.
 */
export type Retry = 'steady' | 'backing-off' | 'new-source' | 'none';

interface FaultRow {
  state: 'offline' | 'degraded';
  retry: Retry;
  /** What has happened, for who reads this table; the page has words of its own for every code. */
  means: string;
}

/** All that can be wrong with a stream. Whoever finds a fault names its code; what follows from it stands here. */
export const FAULTS = {
  unreachable: {
    state: 'offline',
    retry: 'steady',
    means: 'nobody answers at the address: refused, no route, timeout',
  },
  'unknown-host': { state: 'offline', retry: 'steady', means: 'the host name is not known' },
  'connection-lost': { state: 'offline', retry: 'steady', means: 'the server reset or closed the connection' },
  silent: { state: 'offline', retry: 'steady', means: 'connected, and no picture comes or comes any longer' },
  'wrong-credentials': { state: 'offline', retry: 'new-source', means: '401 to the user and password of the address' },
  'credentials-missing': { state: 'offline', retry: 'new-source', means: '401, and the address has no user' },
  'sign-in-unknown': { state: 'offline', retry: 'new-source', means: '401 that takes neither Digest nor Basic' },
  forbidden: { state: 'offline', retry: 'new-source', means: '403: signed in and still not let in, or locked' },
  'not-found': { state: 'offline', retry: 'steady', means: '404: the server knows no such stream' },
  busy: { state: 'offline', retry: 'backing-off', means: '453 or 503: the server serves nobody else now' },
  'transport-refused': { state: 'offline', retry: 'backing-off', means: '461 to TCP and to UDP' },
  'redirected-away': { state: 'offline', retry: 'backing-off', means: 'sent on to another scheme, or in a circle' },
  'server-error': { state: 'offline', retry: 'steady', means: 'any other refusal of the server' },
  garbled: { state: 'offline', retry: 'steady', means: 'what came is not what the protocol allows' },
  'no-video': { state: 'offline', retry: 'backing-off', means: 'a stream without H.264 or H.265' },
  'bad-address': { state: 'offline', retry: 'new-source', means: 'the address cannot be read' },
  'playlist-ended': { state: 'offline', retry: 'steady', means: 'the playlist says that it is over' },
  'file-unreadable': { state: 'offline', retry: 'steady', means: 'the file is missing or holds no video' },
  'program-missing': { state: 'offline', retry: 'backing-off', means: 'ffmpeg is needed and not installed' },
  'udp-only': {
    state: 'degraded',
    retry: 'none',
    means: 'plays over UDP, since the server refuses TCP: loss is likely',
  },
  damaged: { state: 'degraded', retry: 'none', means: 'plays, with many pictures that lost packets' },
} as const satisfies Record<string, FaultRow>;

export type FaultCode = keyof typeof FAULTS;
