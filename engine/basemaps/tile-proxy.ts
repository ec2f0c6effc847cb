import { createHash } from 'node:crypto';
import path from 'node:path';
import type { BasemapConfig } from '#config/site.ts';
import type { Counties } from '../cameras/counties.ts';
import type { Basemap } from '../contract/basemap.ts';
import { toLngLat, toMercator } from '../contract/metric-scale.ts';
import { boxOf, type TileAddress } from '../tiles/tile-address.ts';
import { BasemapFault, type BasemapSurroundings, type BasemapTile, type BasemapTiles } from './basemap-tiles.ts';
import { TileCache } from './tile-cache.ts';

const ANSWER_WITHIN_MS = 10_000;
const LARGEST_BYTES = 2 * 1024 * 1024;
const MOST_AT_ONCE = 64;
const TOLD_AT_MOST_EVERY_MS = 60_000;
const PICTURE = /^image\/(png|jpeg|webp)$/;

/**
 * The pictures of a tile server, asked for by the engine so that the key stays here, and kept on disk. It is no open proxy:
 * only the site's template is filled in, with numbers, for tiles that touch the city; where the server sends elsewhere
 * nobody follows, and what is no picture is not handed on.
 * @throws Error when the template wants a key and none is given
 */
export async function openTileProxy(
  config: Extract<BasemapConfig, { kind: 'wmts' }>,
  { cacheDir, key, counties, say }: BasemapSurroundings,
): Promise<BasemapTiles> {
  const { template, minZoom, maxZoom, cacheMiB, attribution } = config;
  if (template.includes('{key}') && key === null) throw new Error('CHENGNAO_BASEMAP_KEY is not set');
  const folder = createHash('sha256').update(template).digest('hex').slice(0, 16);
  const cache = new TileCache(path.join(cacheDir, folder), cacheMiB * 1024 * 1024);
  await cache.open();
  const city = boxOfCity(counties);
  const asked = new Map<string, Promise<BasemapTile | null>>();
  let toldAtMs = Number.NEGATIVE_INFINITY;

  async function fetchTile(address: TileAddress): Promise<BasemapTile | null> {
    const kept = await cache.get(address);
    if (kept) return kept;
    try {
      const tile = await read(fill(template, address, key ?? ''));
      if (tile) await cache.keep(address, tile);
      return tile;
    } catch (cause) {
      const reason = cause instanceof BasemapFault ? cause.message : 'the tile server does not answer';
      if (performance.now() - toldAtMs > TOLD_AT_MOST_EVERY_MS) {
        toldAtMs = performance.now();
        say(`The base map has a tile missing: ${reason}`);
      }
      throw cause instanceof BasemapFault ? cause : new BasemapFault(reason, { cause });
    }
  }

  return {
    about: { kind: 'pictures', minZoom, maxZoom, bounds: inDegrees(city), vectorLayers: [], attribution },
    async tile(address) {
      if (address.z < minZoom || address.z > maxZoom || !touches(city, address)) return null;
      const name = `${address.z}/${address.x}/${address.y}`;
      const already = asked.get(name);
      if (already) return already;
      if (asked.size >= MOST_AT_ONCE) throw new BasemapFault('too many tiles are asked for at once');
      const asking = fetchTile(address).finally(() => asked.delete(name));
      asked.set(name, asking);
      return asking;
    },
    close: () => cache.close(),
  };
}

function fill(template: string, { z, x, y }: TileAddress, key: string): string {
  const parts: Record<string, string> = { z: `${z}`, x: `${x}`, y: `${y}`, key: encodeURIComponent(key) };
  return template.replace(/\{(z|x|y|key)\}/g, (_whole, name: string) => parts[name]!);
}

async function read(url: string): Promise<BasemapTile | null> {
  const answer = await fetch(url, {
    redirect: 'manual',
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    headers: { accept: 'image/png, image/jpeg, image/webp' },
  });
  if (answer.status === 404 || answer.status === 204) {
    await answer.body?.cancel();
    return null;
  }
  const mediaType = (answer.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
  if (answer.status !== 200 || !PICTURE.test(mediaType)) {
    await answer.body?.cancel();
    throw new BasemapFault(
      answer.status === 200
        ? `got ${mediaType.slice(0, 60) || 'no media type'}, expected image/png, image/jpeg or image/webp`
        : `got status ${answer.status}, expected 200`,
    );
  }
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of answer.body ?? []) {
    bytes += piece.byteLength;
    if (bytes > LARGEST_BYTES) throw new BasemapFault(`got more than ${LARGEST_BYTES} bytes for a tile`);
    pieces.push(piece);
  }
  return { bytes: Buffer.concat(pieces), mediaType };
}

type MercatorBox = ReturnType<typeof boxOf>;

/** The city's box, widened by a quarter on each side. */
function boxOfCity({ geojson }: Counties): MercatorBox {
  const box = { west: 1, north: 1, east: 0, south: 0 };
  const places = geojson.features.flatMap(({ geometry }) =>
    geometry.type === 'Polygon' ? geometry.coordinates.flat() : geometry.coordinates.flat(2),
  );
  for (const [lng = 0, lat = 0] of places) {
    const { x, y } = toMercator([lng, lat]);
    box.west = Math.min(box.west, x);
    box.east = Math.max(box.east, x);
    box.north = Math.min(box.north, y);
    box.south = Math.max(box.south, y);
  }
  const [wider, taller] = [(box.east - box.west) / 4, (box.south - box.north) / 4];
  return { west: box.west - wider, north: box.north - taller, east: box.east + wider, south: box.south + taller };
}

function inDegrees({ west, north, east, south }: MercatorBox): Basemap['bounds'] {
  const [[w, s], [e, n]] = [toLngLat({ x: west, y: south }), toLngLat({ x: east, y: north })];
  return [w, s, e, n];
}

function touches(box: MercatorBox, address: TileAddress): boolean {
  const { west, north, east, south } = boxOf(address);
  return east >= box.west && west <= box.east && south >= box.north && north <= box.south;
}
