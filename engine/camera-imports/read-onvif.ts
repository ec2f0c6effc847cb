import type { NewOnvifImport } from '../contract/camera-import.ts';
import { Refusal } from '../contract/refusal.ts';
import { askDevice } from '../onvif/ask-device.ts';
import { OnvifDevice, type Profile } from '../onvif/onvif-device.ts';
import type { RegisterRow } from './register-row.ts';

/** All of a recorder's channels are asked for within this; the largest have some hundred. */
const WITHIN_MS = 120_000;

type Given = Omit<NewOnvifImport, 'department'> & { department: string | undefined };

/**
 * The channels of a device as rows of a register, each with its largest stream, its smallest as the sub-stream, and what turns it.
 * @throws Refusal 502 `onvif-…`, 422 `no-rows`
 */
export async function* readOnvif(given: Given): AsyncGenerator<RegisterRow> {
  const { url, username, password, name, lngLat, department } = given;
  const device = new OnvifDevice({ url, username, password });
  const endMs = performance.now() + WITHIN_MS;
  const channels = channelsOf(await askDevice(name, () => device.profiles()));
  for (const [i, profiles] of channels.entries()) {
    if (performance.now() > endMs) throw tooManyChannels(channels.length, i);
    const [main, ...others] = profiles.toSorted((a, b) => pixelsOf(b) - pixelsOf(a));
    if (!main) continue;
    const sub = others.at(-1);
    const uriOf = (profile: Profile) => askDevice(name, () => device.streamUri(profile.token));
    const turning = profiles.find(({ turns }) => turns);
    yield {
      line: i + 1,
      cells: {
        id: idOf(given.id, main),
        name: channels.length === 1 ? name : `${name}-${i + 1}`,
        lng: String(lngLat[0]),
        lat: String(lngLat[1]),
        source: withCredentials(await uriOf(main), given),
        ...(sub && { subSource: withCredentials(await uriOf(sub), given) }),
        ...(main.widthPx && main.heightPx && { resolution: `${main.widthPx}x${main.heightPx}` }),
        ...(department && { department }),
        ...(turning && { onvif: JSON.stringify({ url, username, password, profile: turning.token }) }),
      },
    };
  }
}

/** Profiles of one lens are streams of one camera; one that names no lens is a camera of its own. */
function channelsOf(profiles: readonly Profile[]): Profile[][] {
  const channels = new Map<string, Profile[]>();
  for (const profile of profiles) {
    const lens = profile.videoSource === null ? `profile ${profile.token}` : `lens ${profile.videoSource}`;
    channels.set(lens, [...(channels.get(lens) ?? []), profile]);
  }
  return [...channels.values()];
}

const pixelsOf = ({ widthPx, heightPx }: Profile): number => (widthPx ?? 0) * (heightPx ?? 0);

/** The device's own name of the lens, so that it is the same camera when it is asked again. */
function idOf(prefix: string, { videoSource, token }: Profile): string {
  const own = (videoSource ?? token).replace(/[^\p{L}\p{N}._-]/gu, '-');
  return `${prefix}-${own}`.slice(0, 64);
}

/**
 * A stream is where the device is: whatever host it names, the password is not sent to another one. What is no RTSP address
 * comes back as none: a device must not have us open a file.
 */
function withCredentials(
  told: string,
  { url, username, password }: Pick<Given, 'url' | 'username' | 'password'>,
): string {
  const parts = /^(rtsps?):\/\/(?:[^/?#@]*@)?(?:\[[^\]]*\]|[^:/?#]*)(:\d{1,5})?([/?][^\s#]*)?$/i.exec(told.trim());
  if (!parts) return 'no RTSP address';
  const [, scheme, port = '', path = '/'] = parts;
  const login = username === '' ? '' : `${encodeURIComponent(username)}:${encodeURIComponent(password)}@`;
  return `${scheme!.toLowerCase()}://${login}${new URL(url).hostname}${port}${path}`;
}

function tooManyChannels(all: number, read: number): Refusal {
  return new Refusal(422, 'onvif-too-slow', 'The device did not tell all of its channels in time.', {
    got: `${read} of ${all} channels within ${WITHIN_MS / 1000} s`,
    expected: 'all of them',
  });
}
