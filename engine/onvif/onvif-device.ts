import type { OnvifAddress } from '#config/camera.ts';
import { escapeXml } from './escape-xml.ts';
import { OnvifTrouble } from './onvif-trouble.ts';
import { post } from './post.ts';
import { all, at, type Element, numberAt, readEnvelope, textAt } from './read-answer.ts';
import { usernameToken } from './username-token.ts';

/** A device that turns is asked again and again: what it says later than this helps nobody. */
const TIMEOUT_MS = 4_000;
const MOST_PRESETS = 300;
const MOST_PROFILES = 500;

const NAMESPACES = {
  device: 'http://www.onvif.org/ver10/device/wsdl',
  media: 'http://www.onvif.org/ver10/media/wsdl',
  ptz: 'http://www.onvif.org/ver20/ptz/wsdl',
} as const;
type Service = keyof typeof NAMESPACES;

/** One of a device's streams, with what turns the camera that it comes from. */
export interface Profile {
  token: string;
  name: string;
  /** The lens; profiles with the same one are streams of one camera. null: the device does not say. */
  videoSource: string | null;
  encoding: string | null;
  widthPx: number | null;
  heightPx: number | null;
  turns: boolean;
}

export interface Preset {
  token: string;
  name: string;
}

/** Shares of the greatest speed, each −1 to 1: right, up and nearer are positive. */
export interface Velocity {
  pan: number;
  tilt: number;
  zoom: number;
}

export interface PtzStatus {
  pan: number | null;
  tilt: number | null;
  zoom: number | null;
  isMoving: boolean | null;
}

/**
 * What of ONVIF (Core, Media and PTZ Service Specifications) a camera is turned and found by. These few calls are our own,
 * since an answer must be bounded in time and size: the npm package `onvif` bounds neither.
 */
export class OnvifDevice {
  readonly #address: OnvifAddress;
  readonly #url: URL;
  readonly #timeoutMs: number;
  #services: Map<Service, URL> | null = null;
  #skewMs = 0;
  #profileToken: string | null;

  constructor(address: OnvifAddress, timeoutMs = TIMEOUT_MS) {
    this.#address = address;
    this.#url = new URL(address.url);
    this.#timeoutMs = timeoutMs;
    this.#profileToken = address.profile ?? null;
  }

  /** @throws OnvifTrouble, as all that follow */
  async profiles(): Promise<Profile[]> {
    const answer = await this.#ask('media', '<GetProfiles xmlns="NS"/>');
    return all(answer, 'Profiles').slice(0, MOST_PROFILES).flatMap(profileOf);
  }

  /** As the device tells it, without a password. */
  async streamUri(profileToken: string): Promise<string> {
    const answer = await this.#ask(
      'media',
      `<GetStreamUri xmlns="NS"><StreamSetup><Stream xmlns="SCHEMA">RTP-Unicast</Stream><Transport xmlns="SCHEMA">
<Protocol>RTSP</Protocol></Transport></StreamSetup><ProfileToken>${escapeXml(profileToken)}</ProfileToken></GetStreamUri>`,
    );
    const uri = textAt(answer, 'MediaUri', 'Uri');
    if (uri === null) throw new OnvifTrouble('no-onvif', 'the device tells no stream address');
    return uri;
  }

  /**
   * Begins to turn and goes on until `stop`, or until `forMs` are over by the device's own clock. An axis that is null is not
   * named: a camera without it would refuse the whole.
   */
  async move(velocity: { panTilt: [number, number] | null; zoom: number | null }, forMs: number): Promise<void> {
    const { panTilt, zoom } = velocity;
    await this.#turn(
      (profile) => `<ContinuousMove xmlns="NS">${profile}<Velocity>
${panTilt ? `<PanTilt xmlns="SCHEMA" x="${panTilt[0]}" y="${panTilt[1]}"/>` : ''}
${zoom === null ? '' : `<Zoom xmlns="SCHEMA" x="${zoom}"/>`}</Velocity>
<Timeout>PT${forMs / 1000}S</Timeout></ContinuousMove>`,
    );
  }

  async stop(): Promise<void> {
    await this.#turn((profile) => `<Stop xmlns="NS">${profile}<PanTilt>true</PanTilt><Zoom>true</Zoom></Stop>`);
  }

  async presets(): Promise<Preset[]> {
    const answer = await this.#turn((profile) => `<GetPresets xmlns="NS">${profile}</GetPresets>`);
    return all(answer, 'Preset')
      .slice(0, MOST_PRESETS)
      .flatMap((preset) => {
        const token = preset.attributes.token;
        return token ? [{ token, name: textAt(preset, 'Name') ?? token }] : [];
      });
  }

  async goToPreset(token: string): Promise<void> {
    await this.#turn(
      (profile) => `<GotoPreset xmlns="NS">${profile}<PresetToken>${escapeXml(token)}</PresetToken></GotoPreset>`,
    );
  }

  /** @param token the preset that is set anew; absent: another one. @returns its token */
  async savePreset(name: string, token?: string): Promise<string> {
    const answer = await this.#turn(
      (profile) => `<SetPreset xmlns="NS">${profile}<PresetName>${escapeXml(name)}</PresetName>
${token === undefined ? '' : `<PresetToken>${escapeXml(token)}</PresetToken>`}</SetPreset>`,
    );
    const saved = textAt(answer, 'PresetToken') ?? token;
    if (!saved) throw new OnvifTrouble('no-onvif', 'the device does not say which preset it saved');
    return saved;
  }

  async status(): Promise<PtzStatus> {
    const answer = await this.#turn((profile) => `<GetStatus xmlns="NS">${profile}</GetStatus>`);
    const status = at(answer, 'PTZStatus');
    const position = at(status, 'Position');
    const axis = (element: Element | undefined, name: string) => {
      const value = Number(element?.attributes[name] ?? Number.NaN);
      return Number.isFinite(value) ? value : null;
    };
    const moves = [textAt(status, 'MoveStatus', 'PanTilt'), textAt(status, 'MoveStatus', 'Zoom')];
    return {
      pan: axis(at(position, 'PanTilt'), 'x'),
      tilt: axis(at(position, 'PanTilt'), 'y'),
      zoom: axis(at(position, 'Zoom'), 'x'),
      isMoving: moves.every((one) => one === null) ? null : moves.includes('MOVING'),
    };
  }

  async #turn(body: (profile: string) => string): Promise<Element> {
    this.#profileToken ??= (await this.profiles()).find(({ turns }) => turns)?.token ?? null;
    if (this.#profileToken === null) throw new OnvifTrouble('no-ptz', 'none of its profiles has what turns a camera');
    return this.#ask('ptz', body(`<ProfileToken>${escapeXml(this.#profileToken)}</ProfileToken>`));
  }

  async #ask(service: Service, body: string): Promise<Element> {
    this.#services ??= await this.#findServices();
    const url = this.#services.get(service);
    if (url) return this.#call(url, service, body, true).catch((error) => this.#askAnew(error));
    if (service === 'ptz') throw new OnvifTrouble('no-ptz', 'the device has no PTZ service');
    throw new OnvifTrouble('no-onvif', 'the device has no media service');
  }

  /** Its clock may have been set since: a token that is refused has the next call read it again. */
  #askAnew(error: unknown): never {
    if (error instanceof OnvifTrouble && error.code === 'wrong-credentials') this.#services = null;
    throw error;
  }

  /** By GetServices; devices older than that know GetCapabilities. */
  async #findServices(): Promise<Map<Service, URL>> {
    await this.#readClock();
    const services = new Map<Service, URL>([['device', this.#url]]);
    try {
      const body = '<GetServices xmlns="NS"><IncludeCapability>false</IncludeCapability></GetServices>';
      for (const one of all(await this.#call(this.#url, 'device', body, true), 'Service')) {
        const namespace = textAt(one, 'Namespace');
        this.#note(
          services,
          (Object.keys(NAMESPACES) as Service[]).find((name) => NAMESPACES[name] === namespace),
          one,
        );
      }
    } catch (error) {
      if (!(error instanceof OnvifTrouble) || error.code !== 'refused') throw error;
      const body = '<GetCapabilities xmlns="NS"><Category>All</Category></GetCapabilities>';
      const found = at(await this.#call(this.#url, 'device', body, true), 'Capabilities');
      this.#note(services, 'media', at(found, 'Media'));
      this.#note(services, 'ptz', at(found, 'PTZ'));
    }
    return services;
  }

  /**
   * A service is asked at the host that the operator named, whatever host the device calls itself: behind address translation it
   * does not know better, and it must not send us elsewhere. Its port counts only where the host is the same.
   */
  #note(services: Map<Service, URL>, service: Service | undefined, element: Element | undefined): void {
    const told = textAt(element, 'XAddr');
    if (!service || told === null || !URL.canParse(told)) return;
    const { hostname, port, pathname, search, protocol } = new URL(told);
    const url = new URL(pathname + search, this.#url);
    if (hostname === this.#url.hostname && protocol === this.#url.protocol) url.port = port;
    services.set(service, url);
  }

  /** A token is good for some minutes around the device's own time, and many a device's clock is wrong. */
  async #readClock(): Promise<void> {
    const beforeMs = Date.now();
    try {
      const answer = await this.#call(this.#url, 'device', '<GetSystemDateAndTime xmlns="NS"/>', false);
      const utc = at(answer, 'SystemDateAndTime', 'UTCDateTime');
      const parts = [
        ['Date', 'Year'],
        ['Date', 'Month'],
        ['Date', 'Day'],
        ['Time', 'Hour'],
        ['Time', 'Minute'],
        ['Time', 'Second'],
      ].map((path) => numberAt(utc, ...path));
      const [year, month, day, hour, minute, second] = parts;
      if (parts.includes(null)) return;
      const deviceMs = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
      this.#skewMs = deviceMs - (beforeMs + Date.now()) / 2;
    } catch (error) {
      // Some want a password even for this; then their clock is taken to be right.
      if (error instanceof OnvifTrouble && (error.code === 'refused' || error.code === 'wrong-credentials')) return;
      throw error;
    }
  }

  async #call(url: URL, service: Service, body: string, signed: boolean): Promise<Element> {
    const { username, password } = this.#address;
    const namespace = NAMESPACES[service];
    const filled = body.replace('xmlns="NS"', `xmlns="${namespace}"`).replaceAll('"SCHEMA"', `"${SCHEMA}"`);
    const header = signed && username !== '' ? usernameToken(username, password, Date.now() + this.#skewMs) : '';
    const { status, xml } = await post({
      url,
      action: `${namespace}/${/^<(\w+)/.exec(body)?.[1] ?? ''}`,
      body: `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>${header}</s:Header><s:Body>${filled}</s:Body></s:Envelope>`,
      username,
      password,
      timeoutMs: this.#timeoutMs,
    });
    if (status === 401) throw new OnvifTrouble('wrong-credentials', 'user or password were refused');
    return answerOf(status, xml);
  }
}

const SCHEMA = 'http://www.onvif.org/ver10/schema';
/** What faults call a refused password: ONVIF Core 5.8.2, and WS-Security. */
const NOT_SIGNED_IN = /(?:^|:)(?:NotAuthorized|FailedAuthentication|FailedCheck|InvalidSecurityToken)$/;

function answerOf(status: number, xml: string): Element {
  if (status >= 300 && status < 400) throw new OnvifTrouble('no-onvif', 'the address only points elsewhere');
  if (status === 404) throw new OnvifTrouble('no-onvif', 'nothing is there (404)');
  const body = at(readEnvelope(xml), 'Body');
  const fault = at(body, 'Fault');
  if (fault) {
    const codes = faultCodes(at(fault, 'Code'));
    if (codes.some((code) => NOT_SIGNED_IN.test(code)))
      throw new OnvifTrouble('wrong-credentials', 'user or password were refused');
    const code = codes.at(-1)?.replace(/^.*:/, '') ?? '';
    throw new OnvifTrouble('refused', /^\w{1,60}$/.test(code) ? code : 'a fault without a code');
  }
  const answer = body?.children[0];
  if (!answer) throw new OnvifTrouble('no-onvif', 'the answer is empty');
  return answer;
}

/** From the general to the particular: env:Sender, ter:InvalidArgVal, ter:NoProfile. */
function faultCodes(code: Element | undefined): string[] {
  if (!code) return [];
  return [textAt(code, 'Value') ?? '', ...faultCodes(at(code, 'Subcode'))];
}

function profileOf(element: Element): Profile[] {
  const { token } = element.attributes;
  if (!token) return [];
  const encoder = at(element, 'VideoEncoderConfiguration');
  return [
    {
      token,
      name: textAt(element, 'Name') ?? token,
      videoSource: textAt(element, 'VideoSourceConfiguration', 'SourceToken'),
      encoding: textAt(encoder, 'Encoding'),
      widthPx: numberAt(encoder, 'Resolution', 'Width'),
      heightPx: numberAt(encoder, 'Resolution', 'Height'),
      turns: at(element, 'PTZConfiguration') !== undefined,
    },
  ];
}
