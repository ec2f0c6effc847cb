import { type MouseEvent, useSyncExternalStore } from 'react';

/** Where in the page we are: the path, and what the query names. */
export interface Address {
  path: string;
  alertId: string | null;
  caseId: string | null;
  cameraId: string | null;
  /** The instant that the wall shows, as an ISO date with its zone; null: now. */
  time: string | null;
  libraryId: string | null;
  next: string | null;
  /** The query as it stands, for a page that keeps more in it. */
  search: string;
}

const CHANGED = 'chengnao:address';
let known = { href: '', address: readAddress(new URL('https://page/')) };

function readAddress(url: URL): Address {
  const query = url.searchParams;
  return {
    path: url.pathname,
    alertId: query.get('alert'),
    caseId: query.get('case'),
    cameraId: query.get('camera'),
    time: query.get('time'),
    libraryId: query.get('library'),
    next: query.get('next'),
    search: url.search,
  };
}

function address(): Address {
  if (known.href !== location.href) known = { href: location.href, address: readAddress(new URL(location.href)) };
  return known.address;
}

function subscribe(listener: () => void): () => void {
  addEventListener('popstate', listener);
  addEventListener(CHANGED, listener);
  return () => {
    removeEventListener('popstate', listener);
    removeEventListener(CHANGED, listener);
  };
}

export const useAddress = (): Address => useSyncExternalStore(subscribe, address);

/** Goes to another address of this page without loading it anew. */
export function go(to: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'replace') history.replaceState(null, '', to);
  else if (to !== location.pathname + location.search) history.pushState(null, '', to);
  dispatchEvent(new Event(CHANGED));
}

/** For a link's onClick: follows it inside the page, unless the person wants another tab. */
export function follow(click: MouseEvent<HTMLAnchorElement>): void {
  if (click.button !== 0 || click.metaKey || click.ctrlKey || click.shiftKey || click.altKey) return;
  click.preventDefault();
  go(click.currentTarget.pathname + click.currentTarget.search);
}

/** The wall, with an alert open; what else its query may hold is for `map/map-address.ts` to say. */
export const wallAddress = (alertId?: string | null): string =>
  alertId ? `/?alert=${encodeURIComponent(alertId)}` : '/';
export const dispatchAddress = (caseId?: string | null): string =>
  caseId ? `/dispatch?case=${encodeURIComponent(caseId)}` : '/dispatch';
export const machineAddress = (): string => '/dispatch/machine';
export const policiesAddress = (): string => '/dispatch/policies';
/** Where somebody at the desk enters what was reported to them. */
export const reportAddress = (): string => '/dispatch/report';
/** Officers with their shifts; what is open at a change of shift. */
export const officersAddress = (): string => '/officers';
export const handoverAddress = (): string => '/officers/handover';
/** The live video of one camera; what else its query may hold is for `video/grid-address.ts` to say. */
export const liveAddress = (cameraId?: string): string =>
  cameraId === undefined ? '/live' : `/live?grid=1&cameras=${encodeURIComponent(cameraId)}`;

/** The pool, narrowed to a library if one is named, with a camera of it opened if one is. */
export function poolAddress(cameraId?: string | null, libraryId?: string | null): string {
  const query = new URLSearchParams();
  if (libraryId) query.set('library', libraryId);
  if (cameraId) query.set('camera', cameraId);
  return query.size > 0 ? `/pool?${query}` : '/pool';
}

/** How the cameras are; `query` says what of it, see `health/health-wish.ts`. */
export const healthAddress = (query = ''): string => (query ? `/pool/health?${query}` : '/pool/health');
/** How well cases are handled; `query` says what of it, see `appraisal/wish.ts`. */
export const appraisalAddress = (query = ''): string => (query ? `/appraisal?${query}` : '/appraisal');
/** Who did what; `query` narrows it. */
export const auditAddress = (query = ''): string => (query ? `/audit?${query}` : '/audit');
/** How the versions of algorithms do where they run. */
export const rolloutAddress = (versionId?: string): string =>
  versionId === undefined ? '/algorithms/rollout' : `/algorithms/rollout?version=${encodeURIComponent(versionId)}`;
/** The cameras of the pool that another page counts. */
export const poolRowsAddress = (wish: Record<string, string>): string => `/pool?${new URLSearchParams(wish)}`;
/** Where algorithms are proven: a labelled set, a version, or the verdicts. */
export const proofAddress = (wish: { tab?: 'sets' | 'versions' | 'verdicts'; set?: string; version?: string } = {}) =>
  `/proof?${new URLSearchParams({ tab: wish.version ? 'versions' : 'sets', ...wish })}`;
/** The algorithm platform: one of its parts, with a version or an upload opened. */
export function algorithmsAddress(
  of: { tab?: 'definitions'; version?: string; upload?: string; algorithm?: string } = {},
): string {
  const query = new URLSearchParams(Object.entries(of));
  return query.size > 0 ? `/algorithms?${query}` : '/algorithms';
}
/** Where a camera's zones and calibration are drawn. The server takes a dot in an address for a file's. */
export const cameraAddress = (cameraId: string): string =>
  `/cameras/${encodeURIComponent(cameraId).replaceAll('.', '%2E')}`;

/** The camera that such an address names; null: it is none. */
export function cameraOfPath(path: string): string | null {
  const named = /^\/cameras\/([^/]+)$/.exec(path)?.[1];
  try {
    return named === undefined ? null : decodeURIComponent(named);
  } catch {
    return null;
  }
}

/** An address of this page only: a link from elsewhere may not send a person to another site after signing in. */
export function ownAddress(next: string | null): string {
  return next?.startsWith('/') && !next.startsWith('//') && !next.startsWith('/\\') ? next : '/';
}
