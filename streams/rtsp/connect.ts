import type { Connect } from '../watch.ts';
import { parseAddress } from './address.ts';
import { RtspConnection } from './connection.ts';
import type { ServerHabits } from './depacketiser.ts';
import { Route } from './route.ts';

/**
 * Opens `rtsp://` and `rtsps://`: RTSP 1.0 (RFC 2326), RTP interleaved in the one TCP connection, or over UDP from a
 * server that refuses that.
 */
export function connectRtsp(url: string): Connect {
  let route: Route;
  try {
    route = new Route(parseAddress(url));
  } catch (error) {
    return (progress) => {
      progress.ended('bad-address', (error as Error).message);
      return { close: () => Promise.resolve() };
    };
  }
  const habits: ServerHabits = { markersEndUnits: true };
  return (progress) => new RtspConnection(route, habits, progress);
}
