import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { escapeXml } from './escape-xml.ts';
import { at, type Element, readEnvelope, textAt } from './read-answer.ts';
import { passwordDigest } from './username-token.ts';

/** What the device is to do wrong. */
export type DeviceFault = 'silent' | 'huge' | 'elsewhere' | 'no-onvif' | 'trickle' | 'no-ptz-answer';

export interface DeviceSettings {
  username?: string;
  password?: string;
  /** So far is its clock from ours. */
  skewMs?: number;
  /** What it takes: the token in the envelope, or HTTP's own digest alone. */
  signIn?: 'token' | 'http-digest';
  /** Older ones know GetCapabilities alone. */
  knowsServices?: boolean;
  /** A lens each; the first one turns. */
  channels?: { name: string; streamUri: string; subStreamUri?: string }[];
}

interface Axes {
  pan: number;
  tilt: number;
  zoom: number;
}

/** A device's token is good for so long around its own clock. */
const TOKEN_MS = 60_000;
/** At full speed an axis, which goes from −1 to 1, needs four seconds from one end to the other. */
const FULL_SPEED_PER_S = 0.5;
const SCHEMA = 'http://www.onvif.org/ver10/schema';
const REALM = 'camera';

/** An ONVIF device of this process: it checks passwords as a camera does, and what it turns takes time. For tests. */
export class TestDevice {
  readonly username: string;
  readonly password: string;
  fault: DeviceFault | null = null;
  /** What it was asked, in order, once it was signed in. */
  readonly asked: string[] = [];
  refusedSignIns = 0;
  readonly presets = new Map<string, Axes & { name: string }>([['1', { name: '大门', pan: 0, tilt: 0, zoom: 0 }]]);
  readonly #settings: DeviceSettings;
  readonly #http: Server;
  readonly #nonces = new Set<string>();
  readonly #digestNonce = randomBytes(8).toString('hex');
  #from: Axes & { atMs: number } = { pan: 0, tilt: 0, zoom: 0, atMs: Date.now() };
  #speed: Axes = { pan: 0, tilt: 0, zoom: 0 };
  #stopsAtMs = Number.POSITIVE_INFINITY;
  #target: Axes | null = null;

  static async open(settings: DeviceSettings = {}): Promise<TestDevice> {
    const device = new TestDevice(settings);
    await new Promise<void>((resolve) => device.#http.listen(0, '127.0.0.1', resolve));
    return device;
  }

  private constructor(settings: DeviceSettings) {
    this.#settings = settings;
    this.username = settings.username ?? 'operator';
    this.password = settings.password ?? 'turn & <turn>';
    this.#http = createServer((request, response) => {
      void this.#answer(request, response).catch(() => response.destroy());
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/onvif/device_service`;
  }

  get address() {
    return { url: this.url, username: this.username, password: this.password };
  }

  get isMoving(): boolean {
    const { pan, tilt, zoom } = this.#settle();
    const target = this.#target;
    if (target) return Math.abs(target.pan - pan) + Math.abs(target.tilt - tilt) + Math.abs(target.zoom - zoom) > 1e-6;
    return Object.values(this.#speed).some((speed) => speed !== 0);
  }

  get position(): Axes {
    const { pan, tilt, zoom } = this.#settle();
    return { pan, tilt, zoom };
  }

  count(action: string): number {
    return this.asked.filter((one) => one === action).length;
  }

  async close(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  /** Where it has come to by now. */
  #settle(): Axes {
    const nowMs = Date.now();
    const untilMs = Math.min(nowMs, this.#stopsAtMs);
    const seconds = Math.max(0, untilMs - this.#from.atMs) / 1000;
    const axis = (name: keyof Axes) => {
      const from = this.#from[name];
      const target = this.#target?.[name];
      const step = (target === undefined ? this.#speed[name] : Math.sign(target - from)) * FULL_SPEED_PER_S * seconds;
      if (target !== undefined && Math.abs(step) >= Math.abs(target - from)) return target;
      return Math.max(-1, Math.min(1, from + step));
    };
    this.#from = { pan: axis('pan'), tilt: axis('tilt'), zoom: axis('zoom'), atMs: nowMs };
    if (nowMs >= this.#stopsAtMs) this.#speed = { pan: 0, tilt: 0, zoom: 0 };
    return this.#from;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const envelope = readEnvelope(Buffer.concat(pieces).toString('utf8'));
    const asked = at(envelope, 'Body')!.children[0]!;
    if (this.fault === 'silent' || (this.fault === 'no-ptz-answer' && request.url === '/onvif/ptz')) return;
    if (this.fault === 'elsewhere') {
      response.writeHead(302, { Location: 'http://127.0.0.1:9/onvif/device_service' }).end();
      return;
    }
    if (this.fault === 'no-onvif') {
      response.end(`<html><body>welcome, ${this.username} of the secret place</body></html>`);
      return;
    }
    if (this.fault === 'huge') {
      response.end('<a>'.padEnd(2 * 1024 * 1024, 'x'));
      return;
    }
    if (this.fault === 'trickle') {
      const timer = setInterval(() => response.write('<'), 50);
      response.on('close', () => clearInterval(timer));
      return;
    }
    if (asked.name !== 'GetSystemDateAndTime' && !this.#isSignedIn(request, envelope)) {
      this.refusedSignIns++;
      if (this.#settings.signIn === 'http-digest') {
        const challenge = `Digest realm="${REALM}", nonce="${this.#digestNonce}", qop="auth"`;
        response.writeHead(401, { 'WWW-Authenticate': challenge }).end();
      } else {
        sendFault(response, 'ter:NotAuthorized');
      }
      return;
    }
    this.asked.push(asked.name);
    const body = this.#do(asked);
    if (body === null) sendFault(response, 'ter:ActionNotSupported');
    else if (body === 'no-such-preset') sendFault(response, 'ter:NoToken');
    else send(response, 200, body);
  }

  #isSignedIn(request: IncomingMessage, envelope: Element): boolean {
    if (this.#settings.signIn === 'http-digest') return this.#isDigest(request);
    const token = at(envelope, 'Header', 'Security', 'UsernameToken');
    const nonce = textAt(token, 'Nonce') ?? '';
    const created = textAt(token, 'Created') ?? '';
    if (this.#nonces.has(nonce) || textAt(token, 'Username') !== this.username) return false;
    this.#nonces.add(nonce);
    if (!(Math.abs(Date.parse(created) - this.#clockMs) <= TOKEN_MS)) return false;
    const expected = passwordDigest(Buffer.from(nonce, 'base64'), created, this.password);
    return textAt(token, 'Password') === expected;
  }

  /** RFC 7616 with MD5 and qop auth. */
  #isDigest({ headers, method, url }: IncomingMessage): boolean {
    const given = headers.authorization ?? '';
    const field = (name: string) => new RegExp(`${name}="?([^",]*)"?`).exec(given)?.[1] ?? '';
    const md5 = (text: string) => createHash('md5').update(text).digest('hex');
    const secret = md5(`${this.username}:${REALM}:${this.password}`);
    const what = md5(`${method}:${url}`);
    const expected = md5([secret, this.#digestNonce, field('nc'), field('cnonce'), 'auth', what].join(':'));
    return field('response') === expected && given.includes(`username="${this.username}"`);
  }

  get #clockMs(): number {
    return Date.now() + (this.#settings.skewMs ?? 0);
  }

  /** null: it does not know that. */
  #do(asked: Element): string | null {
    const channels = this.#settings.channels ?? [{ name: 'PTZ', streamUri: 'rtsp://192.168.1.64:554/main' }];
    const service = (name: string) => `http://10.9.8.7/onvif/${name}`;
    switch (asked.name) {
      case 'GetSystemDateAndTime':
        return clock(new Date(this.#clockMs));
      case 'GetServices': {
        if (this.#settings.knowsServices === false) return null;
        const line = (namespace: string, name: string) =>
          `<Service><Namespace>http://www.onvif.org/${namespace}/wsdl</Namespace><XAddr>${service(name)}</XAddr></Service>`;
        return `<GetServicesResponse>${line('ver10/media', 'media')}${line('ver20/ptz', 'ptz')}</GetServicesResponse>`;
      }
      case 'GetCapabilities':
        return `<GetCapabilitiesResponse><Capabilities><tt:Media xmlns:tt="${SCHEMA}"><tt:XAddr>${service('media')}</tt:XAddr>
</tt:Media><tt:PTZ xmlns:tt="${SCHEMA}"><tt:XAddr>${service('ptz')}</tt:XAddr></tt:PTZ></Capabilities></GetCapabilitiesResponse>`;
      case 'GetProfiles':
        return `<GetProfilesResponse>${channels
          .flatMap(({ name, subStreamUri }, i) => [
            profile(`main${i}`, name, i, i === 0, 1920, 1080),
            ...(subStreamUri ? [profile(`sub${i}`, `${name} sub`, i, i === 0, 640, 360)] : []),
          ])
          .join('')}</GetProfilesResponse>`;
      case 'GetStreamUri': {
        const [, kind, n] = /^(main|sub)(\d+)$/.exec(textAt(asked, 'ProfileToken') ?? '') ?? [];
        const channel = channels[Number(n)];
        const uri = kind === 'sub' ? channel?.subStreamUri : channel?.streamUri;
        return uri ? `<GetStreamUriResponse><MediaUri><Uri>${uri}</Uri></MediaUri></GetStreamUriResponse>` : null;
      }
      default:
        return this.#turn(asked);
    }
  }

  #turn(asked: Element): string | null {
    const here = this.#settle();
    const token = textAt(asked, 'PresetToken');
    const answer = (inner = '') => `<${asked.name}Response>${inner}</${asked.name}Response>`;
    if (textAt(asked, 'ProfileToken') !== 'main0') return null;
    switch (asked.name) {
      case 'ContinuousMove': {
        const panTilt = at(asked, 'Velocity', 'PanTilt')?.attributes;
        const zoom = at(asked, 'Velocity', 'Zoom')?.attributes;
        if (panTilt) Object.assign(this.#speed, { pan: Number(panTilt.x), tilt: Number(panTilt.y) });
        if (zoom) this.#speed.zoom = Number(zoom.x);
        const seconds = /^PT([\d.]+)S$/.exec(textAt(asked, 'Timeout') ?? '')?.[1];
        this.#stopsAtMs = seconds ? Date.now() + Number(seconds) * 1000 : Number.POSITIVE_INFINITY;
        this.#target = null;
        return answer();
      }
      case 'Stop':
        this.#speed = { pan: 0, tilt: 0, zoom: 0 };
        this.#target = null;
        return answer();
      case 'GetPresets':
        return answer(
          [...this.presets]
            .map(([id, { name }]) => `<Preset token="${id}"><Name>${escapeXml(name)}</Name></Preset>`)
            .join(''),
        );
      case 'GotoPreset': {
        const preset = this.presets.get(token ?? '');
        if (!preset) return 'no-such-preset';
        this.#stopsAtMs = Number.POSITIVE_INFINITY;
        this.#target = { pan: preset.pan, tilt: preset.tilt, zoom: preset.zoom };
        return answer();
      }
      case 'SetPreset': {
        const id = token ?? String(this.presets.size + 1);
        const { pan, tilt, zoom } = here;
        this.presets.set(id, { pan, tilt, zoom, name: textAt(asked, 'PresetName') ?? id });
        return answer(`<PresetToken>${id}</PresetToken>`);
      }
      case 'GetStatus': {
        const state = this.isMoving ? 'MOVING' : 'IDLE';
        return answer(`<PTZStatus><Position><PanTilt x="${here.pan}" y="${here.tilt}"/><Zoom x="${here.zoom}"/></Position>
<MoveStatus><PanTilt>${state}</PanTilt><Zoom>${state}</Zoom></MoveStatus></PTZStatus>`);
      }
      default:
        return null;
    }
  }
}

function profile(
  token: string,
  name: string,
  source: number,
  turns: boolean,
  widthPx: number,
  heightPx: number,
): string {
  return `<trt:Profiles xmlns:trt="http://www.onvif.org/ver10/media/wsdl" token="${token}" fixed="true"><Name>${name}</Name>
<VideoSourceConfiguration token="v${source}"><SourceToken>source${source}</SourceToken></VideoSourceConfiguration>
<VideoEncoderConfiguration token="e"><Encoding>H264</Encoding><Resolution><Width>${widthPx}</Width>
<Height>${heightPx}</Height></Resolution></VideoEncoderConfiguration>
${turns ? '<PTZConfiguration token="p"><Name>ptz</Name></PTZConfiguration>' : ''}</trt:Profiles>`;
}

function clock(now: Date): string {
  return `<GetSystemDateAndTimeResponse><SystemDateAndTime><UTCDateTime><Time><Hour>${now.getUTCHours()}</Hour>
<Minute>${now.getUTCMinutes()}</Minute><Second>${now.getUTCSeconds()}</Second></Time><Date><Year>${now.getUTCFullYear()}</Year>
<Month>${now.getUTCMonth() + 1}</Month><Day>${now.getUTCDate()}</Day></Date></UTCDateTime></SystemDateAndTime></GetSystemDateAndTimeResponse>`;
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'Content-Type': 'application/soap+xml' });
  response.end(
    `<?xml version="1.0"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope"><SOAP-ENV:Body>${body}</SOAP-ENV:Body></SOAP-ENV:Envelope>`,
  );
}

function sendFault(response: ServerResponse, code: string): void {
  send(
    response,
    400,
    `<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value><SOAP-ENV:Subcode><SOAP-ENV:Value>${code}</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code>
<SOAP-ENV:Reason><SOAP-ENV:Text xml:lang="en">secret reason</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>`,
  );
}
