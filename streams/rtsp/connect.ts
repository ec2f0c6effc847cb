import type { StreamOptions } from '../stream.ts';
import type { Connect } from '../watch.ts';
import { parseAddress, type StreamAddress } from './address.ts';
import { RtspConnection } from './connection.ts';
import type { ServerHabits } from './depacketiser.ts';

/** Opens `rtsp://` and `rtsps://`: RTSP 1.0 (RFC 2326), RTP interleaved in the one TCP connection. */
export function connectRtsp(url: string, options: StreamOptions): Connect {
  let address: StreamAddress;
  try {
    address = parseAddress(url);
  } catch (error) {
    return (progress) => {
      progress.ended((error as Error).message, 'refused');
      return { close: () => Promise.resolve() };
    };
  }
  const habits: ServerHabits = { markersEndUnits: true };
  return (progress) => new RtspConnection(address, habits, progress, options.keyUnitsOnly === true);
}
