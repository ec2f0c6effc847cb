import type { FilterSpecification, Map as MapLibre, VectorTileSource } from 'maplibre-gl';
import {
  CAMERA_TILE_LAYER,
  CLUSTERS_FROM_ZOOM,
  DEEPEST_TILE_ZOOM,
  POINTS_FROM_ZOOM,
} from '#engine/contract/camera-map.ts';
import { MAP_FONT } from './font-faces.ts';
import { LABEL_LAYER } from './map-style.ts';
import type { MarkAtlas } from './mark-atlas.ts';
import { CONE_WIDTHS_DEG, drawCone } from './view-cone.ts';

const SOURCE = 'camera-pool';
export const CLUSTER_LAYER = 'pool-clusters';
export const CAMERA_LAYER = 'pool-cameras';
const COUNT_LAYER = 'pool-cluster-counts';
const CONE_LAYER = 'view-cones';
/** Nearer than this the streets are told apart, and so are the directions of two cameras on one pole. */
const CONES_FROM_ZOOM = 15;

/** The drawing of an atlas cell, by the sight of a camera. */
const SIGHTS = ['playing', 'degraded', 'connecting', 'reachable', 'disabled', 'offline'] as const;
const CAMERA_ICON_PX = 20;

const IS_CLUSTER: FilterSpecification = ['has', 'cameras'];
/** Those with rules bound are drawn from what is alive, with their faults. */
const IS_REGISTERED_ONLY: FilterSpecification = ['all', ['has', 'id'], ['!', ['get', 'analysed']]];

/**
 * The cameras of the pool as the server's tiles tell them: clusters at the city's scale, each camera near. MapLibre
 * reads and draws them off the main thread; panning over 45,000 costs what panning over none does.
 */
export function addPoolTiles(map: MapLibre, atlas: MarkAtlas, unitPx: number): void {
  for (const sight of SIGHTS) map.addImage(`camera-${sight}`, cutOut(atlas, sight), { pixelRatio: 1 });
  for (const widthDeg of CONE_WIDTHS_DEG) map.addImage(`cone-${widthDeg}`, drawCone(widthDeg), { pixelRatio: 2 });
  map.addSource(SOURCE, {
    type: 'vector',
    tiles: [],
    minzoom: CLUSTERS_FROM_ZOOM,
    maxzoom: DEEPEST_TILE_ZOOM,
  });
  const tiles = { source: SOURCE, 'source-layer': CAMERA_TILE_LAYER } as const;
  const hidden = { visibility: 'none' } as const;
  map.addLayer(
    {
      id: CONE_LAYER,
      type: 'symbol',
      ...tiles,
      minzoom: CONES_FROM_ZOOM,
      filter: ['has', 'headingDeg'],
      layout: {
        ...hidden,
        'icon-image': ['concat', 'cone-', ['step', ['coalesce', ['get', 'fovDeg'], 60], 30, 45, 60, 75, 90, 105, 120]],
        'icon-rotate': ['get', 'headingDeg'],
        'icon-rotation-alignment': 'map',
        'icon-allow-overlap': true,
        'icon-size': unitPx,
      },
    },
    LABEL_LAYER,
  );
  map.addLayer(
    {
      id: CLUSTER_LAYER,
      type: 'circle',
      ...tiles,
      maxzoom: POINTS_FROM_ZOOM,
      filter: IS_CLUSTER,
      layout: hidden,
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['sqrt', ['get', 'cameras']], 1, 8 * unitPx, 30, 30 * unitPx],
        'circle-color': '#1d2c39',
        'circle-stroke-width': 1.5 * unitPx,
        'circle-stroke-color': '#6f8aa3',
      },
    },
    LABEL_LAYER,
  );
  map.addLayer({
    id: COUNT_LAYER,
    type: 'symbol',
    ...tiles,
    maxzoom: POINTS_FROM_ZOOM,
    filter: IS_CLUSTER,
    layout: {
      ...hidden,
      'text-field': ['to-string', ['get', 'cameras']],
      'text-font': [MAP_FONT],
      'text-size': 14 * unitPx,
      'text-overlap': 'always',
      'text-ignore-placement': true,
    },
    paint: { 'text-color': '#c3d0dc' },
  });
  map.addLayer(
    {
      id: CAMERA_LAYER,
      type: 'symbol',
      ...tiles,
      minzoom: POINTS_FROM_ZOOM,
      filter: IS_REGISTERED_ONLY,
      layout: {
        ...hidden,
        'icon-image': [
          'match',
          ['get', 'state'],
          'playing',
          'camera-playing',
          'degraded',
          'camera-degraded',
          'reachable',
          'camera-reachable',
          'disabled',
          'camera-disabled',
          'offline',
          'camera-offline',
          'camera-connecting',
        ],
        'icon-size': (CAMERA_ICON_PX * unitPx) / atlas.drawnPx,
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
      },
    },
    LABEL_LAYER,
  );
}

/**
 * Shows the tiles of a version; null: none yet. `many`: the cameras are so many that the tiles show them; otherwise they
 * are drawn one by one from what is alive, and the tiles give the cones alone.
 */
export function showPoolTiles(map: MapLibre, version: string | null, many: boolean): void {
  const shown = (yes: boolean) => (yes ? 'visible' : 'none');
  for (const layer of [CLUSTER_LAYER, COUNT_LAYER, CAMERA_LAYER])
    map.setLayoutProperty(layer, 'visibility', shown(many && version !== null));
  map.setLayoutProperty(CONE_LAYER, 'visibility', shown(version !== null));
  if (version === null) return;
  const address = `${location.origin}/api/camera-map/tiles/{z}/{x}/{y}?v=${version}`;
  const source = map.getSource<VectorTileSource>(SOURCE);
  // A source that is not loaded yet has no tiles, whatever its type says.
  const shownNow = source?.tiles as string[] | undefined;
  if (shownNow?.[0] !== address) source?.setTiles([address]);
}

function cutOut(atlas: MarkAtlas, sight: (typeof SIGHTS)[number]): ImageData {
  const { x, y, width, height } = atlas.cells[sight]!;
  return atlas.canvas.getContext('2d')!.getImageData(x, y, width, height);
}
