import { sql } from 'kysely';
import { Health } from '../../contract/health.ts';
import { Refusal } from '../../contract/refusal.ts';
import { Site } from '../../contract/site.ts';
import type { ServerContext } from '../context.ts';
import { type Route, route } from '../route.ts';
import { OpenApi } from '../shapes.ts';

export const SITE_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/site',
    who: 'site.read',
    summary: 'What a page needs to know of the city before it draws.',
    answer: Site,
    run({ context: { settings, basemap, townships, version } }) {
      const { name, division, timeZone, centre, zoom, rules, notice, boundaries, suppressionMs, caseClasses } =
        settings;
      const site: Site = {
        name,
        division,
        timeZone,
        centre,
        zoom,
        rules,
        suppressionMs,
        caseClasses,
        version,
        boundariesAttribution: boundaries.attribution,
        townshipsAttribution: townships && (settings.townships?.attribution ?? ''),
        basemap: basemap?.about ?? null,
      };
      return notice === undefined ? site : { ...site, notice };
    },
  }),
  route({
    method: 'GET',
    path: '/api/site/boundaries.geojson',
    who: 'site.read',
    summary: 'The counties’ boundaries, WGS84, each with its code and name.',
    answer: { mediaType: 'application/geo+json' },
    run: ({ context }) => ({
      bytes: JSON.stringify(context.counties.geojson),
      headers: { 'Cache-Control': 'private, no-cache' },
    }),
  }),
  route({
    method: 'GET',
    path: '/api/site/townships.geojson',
    who: 'site.read',
    summary: 'The outlines of townships and streets, WGS84, each with its code and name.',
    answer: { mediaType: 'application/geo+json' },
    run({ context: { townships } }) {
      if (townships === null) {
        throw new Refusal(404, 'no-townships', 'This site has no outlines of townships.', {
          got: null,
          expected: 'a site whose "townships" names a GeoJSON',
        });
      }
      return { bytes: JSON.stringify(townships), headers: { 'Cache-Control': 'private, no-cache' } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/health',
    who: 'anyone',
    summary: 'Whether the engine is well; names no camera.',
    answer: Health,
    run: ({ context }) => readHealth(context),
  }),
  route({
    method: 'GET',
    path: '/metrics',
    who: 'loopback-or-bearer',
    summary: 'The engine’s metrics in the Prometheus text format.',
    answer: { mediaType: 'text/plain; version=0.0.4; charset=utf-8' },
    run: async ({ context }) => ({ bytes: await context.live.metricsText() }),
  }),
  route({
    method: 'GET',
    path: '/api/openapi.json',
    who: 'anyone',
    summary: 'This document.',
    answer: OpenApi,
    run: ({ context }) => context.openApi(),
  }),
];

/** Degraded: the database does not answer, a shard is down, a second model is not open, or no camera plays though there are some. */
async function readHealth({ store, live }: ServerContext): Promise<Health> {
  const health = live.health();
  const { online, offline } = health.cameras;
  const answers = await sql`select 1`.execute(store.db).then(
    () => true,
    () => false,
  );
  const allDark = online === 0 && offline > 0;
  const wellRun = health.shards.every(
    (shard) => shard.state !== 'down' && shard.verifiers.every((verifier) => verifier.isOpen),
  );
  return { ...health, status: answers && wellRun && !allDark ? 'ok' : 'degraded' };
}
