import type { SiteConfig } from '#config/site.ts';
import type { AlgorithmUploads } from '../algorithms/uploads.ts';
import type { BasemapTiles } from '../basemaps/basemap-tiles.ts';
import type { BindingWatch } from '../bindings/binding-watch.ts';
import type { SiteModel } from '../bindings/definitions.ts';
import type { CameraImports } from '../camera-imports/camera-imports.ts';
import type { Counties, Outlines } from '../cameras/counties.ts';
import type { CasePolicy } from '../cases/case-clocks.ts';
import type { MediaCopies } from '../clips/media-copies.ts';
import type { NoticeSender } from '../notices/notice-sender.ts';
import type { PhotoRoom } from '../officers/take-photo.ts';
import type { FinishedDays } from '../online-rates/finished-days.ts';
import type { PtzDesk } from '../ptz/ptz-desk.ts';
import type { Store } from '../store/open-store.ts';
import type { CameraTiles } from '../tiles/camera-tiles.ts';
import type { CaseTexts } from './case-texts.ts';
import type { LiveCameras } from './live.ts';
import type { Proof } from './proof.ts';
import type { OpenableCamera } from './video-channels.ts';

/** What the server tells of the site; a `SiteConfig` fits. */
export type SiteSettings = Pick<
  SiteConfig,
  | 'name'
  | 'division'
  | 'timeZone'
  | 'caseClocks'
  | 'caseClasses'
  | 'caseChecks'
  | 'centre'
  | 'zoom'
  | 'rules'
  | 'notice'
  | 'boundaries'
  | 'townships'
  | 'suppressionMs'
  | 'model'
>;

/** Takes one line for the operator of this machine: no credentials in it. */
export type Log = (line: string) => void;

/** What a route may use. */
export interface ServerContext {
  store: Store;
  settings: SiteSettings;
  casePolicy: CasePolicy;
  caseTexts: CaseTexts;
  counties: Counties;
  /** null: the site has none. */
  townships: Outlines | null;
  /** null: the site has none. */
  basemap: BasemapTiles | null;
  live: LiveCameras;
  tiles: CameraTiles;
  finishedDays: FinishedDays;
  imports: CameraImports;
  algorithms: AlgorithmUploads;
  proof: Proof;
  bindings: BindingWatch;
  siteModel: SiteModel;
  copies: MediaCopies;
  ptz: PtzDesk;
  /** Where photos and voice notes of cases are kept. */
  field: PhotoRoom;
  notices: NoticeSender;
  version: string;
  log: Log;
  /** Whether this server is reached by TLS: the session's cookie is then `Secure`. */
  secure: boolean;
  /** The bearer token that opens /metrics from other machines; null: only this machine may read them. */
  metricsToken: string | null;
  /** The OpenAPI document of the table of routes. */
  openApi(): unknown;
  /** Opens a camera that nobody has open for a while, so that it has a current picture. */
  glance(camera: OpenableCamera): void;
  /** Sessions may have ended: whoever holds connections for them looks again. */
  sessionsEnded(): void;
}
