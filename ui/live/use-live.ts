import { createContext, useContext, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { z } from 'zod';
import type { Account } from '#engine/contract/account.ts';
import { Alert, type Presence } from '#engine/contract/alert.ts';
import { Camera } from '#engine/contract/camera.ts';
import { Case } from '#engine/contract/case.ts';
import type { Site } from '#engine/contract/site.ts';
import { isUntouched } from './alert-order.ts';
import { ask, asProblem } from './ask.ts';
import { alertUnwatchedSince } from './camera-sight.ts';
import type { City } from './city.ts';
import type { CitySource, Found } from './city-source.ts';
import { useSaidOfNow } from './clock.ts';
import type { Connection } from './connection.ts';
import type { LiveCity } from './live-city.ts';

/** What every signed-in page has at hand. */
export interface Desk {
  readonly site: Site;
  readonly account: Account;
  readonly live: LiveCity;
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('useDesk outside a signed-in page');
  return desk;
}

/** What the city is shown from below here; without one it is the live city. */
export const SourceContext = createContext<CitySource | null>(null);

function useSource(): CitySource {
  const { live } = useDesk();
  return useContext(SourceContext) ?? live;
}

export function useCity(): City {
  const source = useSource();
  return useSyncExternalStore(source.subscribe, source.city);
}

export function useConnection(): Connection {
  const source = useSource();
  return useSyncExternalStore(source.subscribe, source.connection);
}

/** Whether what is shown is past: it is looked at, and nothing can be done about it. */
export function useIsPast(): boolean {
  return useSource().instantMs() !== null;
}

/** What is to be said of the instant that is shown, by the server's clock: now, or the one that is replayed. */
export function useSaidOfShown<T extends string | number>(say: (shownMs: number) => T): T {
  const source = useSource();
  const instantMs = useSyncExternalStore(source.subscribe, source.instantMs);
  return useSaidOfNow((nowMs) => say(instantMs ?? nowMs));
}

/** The instant that is shown, once a second. */
export const useShownMs = (): number => useSaidOfShown((shownMs) => shownMs);

/** The instant up to which an alert is known: now, or when the line was lost, or when its camera ceased to look at it. */
export const useKnownMs = (alert: Alert | null | undefined): number => useSaidOfKnown(alert, (knownMs) => knownMs);

/** What is to be said of an alert at the instant up to which it is known. */
export function useSaidOfKnown<T extends string | number>(
  alert: Alert | null | undefined,
  say: (knownMs: number) => T,
): T {
  const source = useSource();
  const heardMs = useSyncExternalStore(source.subscribe, () => {
    const { phase, heardAtMs } = source.connection();
    return phase === 'down' ? heardAtMs : null;
  });
  const unwatched = useUnwatchedSince(alert);
  const mostMs = unwatched === null ? Number.POSITIVE_INFINITY : Date.parse(unwatched);
  return useSaidOfShown((shownMs) => say(Math.min(heardMs ?? shownMs, mostMs)));
}

/** Since when an alert's camera has not looked at it; null while it does, and for a camera that is not known. */
export function useUnwatchedSince(alert: Alert | null | undefined): string | null {
  const source = useSource();
  return useSyncExternalStore(source.subscribe, () => {
    const camera = source.city().cameras.get(alert?.cameraId ?? '');
    return camera && alert ? alertUnwatchedSince(camera, alert) : null;
  });
}

/** How a thing's presence is shown: what stood when its camera ceased to watch may be there or not. */
export function useShownPresence(presence: Presence, alert: Alert | null | undefined): Presence | 'unwatched' {
  const unwatched = useUnwatchedSince(alert);
  return presence === 'standing' && unwatched !== null ? 'unwatched' : presence;
}

/** How the presence of a case's problem is shown: by the camera of its first alert. */
export function useCasePresence({ presence, alertIds }: Case): Presence | 'unwatched' {
  return useShownPresence(presence, useCity().alerts.get(alertIds[0] ?? ''));
}

/** An alert by id: the live one, or fetched when the city has forgotten it. null while unknown. */
export function useAlert(id: string | null): Found<Alert> {
  const source = useSource();
  const held = useCity().alerts.get(id ?? '');
  const beside = useSyncExternalStore(source.subscribe, () => (id === null || held ? null : source.alertBeside(id)));
  const found = useHeldOrFetched(Alert, '/api/alerts', id, held);
  return beside ?? found;
}

/** A camera by id: the live one, or fetched when it is only registered. */
export function useCamera(id: string | null): Found<Camera> {
  const held = useCity().cameras.get(id ?? '');
  return useHeldOrFetched(Camera, '/api/cameras', id, held);
}

/** A case by id: the live one, or fetched when the city has forgotten it. */
export function useCase(id: string | null): Found<Case> {
  const held = useCity().cases.get(id ?? '');
  return useHeldOrFetched(Case, '/api/cases', id, held);
}

function useHeldOrFetched<T>(schema: z.ZodType<T>, path: string, id: string | null, held: T | undefined): Found<T> {
  const { phase } = useConnection();
  const [fetched, setFetched] = useState<(Found<T> & { id: string }) | null>(null);
  // The server knows how things are, not how they were.
  const past = useIsPast();
  const wanted = id !== null && !held && phase !== 'loading' && !past ? id : null;
  useEffect(() => {
    if (wanted === null) return;
    const stop = new AbortController();
    ask(schema, `${path}/${encodeURIComponent(wanted)}`, { signal: stop.signal }).then(
      (entity) => setFetched({ id: wanted, entity, problem: null }),
      (error) => stop.signal.aborted || setFetched({ id: wanted, entity: null, problem: asProblem(error) }),
    );
    return () => stop.abort();
  }, [schema, path, wanted]);
  if (held) return { entity: held, problem: null };
  return fetched?.id === id && !past ? fetched : { entity: null, problem: null };
}

/** Calls back with alerts that were raised since this page was loaded, each once. */
export function useNewAlerts(tell: (alerts: Alert[]) => void): void {
  const city = useCity();
  const { phase } = useConnection();
  const seen = useRef<Set<string> | null>(null);
  const teller = useRef(tell);
  teller.current = tell;
  useEffect(() => {
    if (phase === 'loading') return;
    const before = seen.current;
    const fresh = [...city.alerts.values()].filter((alert) => before && !before.has(alert.id));
    seen.current = new Set(city.alerts.keys());
    const news = fresh.filter(isUntouched);
    if (news.length > 0) teller.current(news);
  }, [city.alerts, phase]);
}
