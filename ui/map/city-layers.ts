import type { Layer } from '@deck.gl/core';
import { IconLayer, ScatterplotLayer, TextLayer } from '@deck.gl/layers';
import type { Texture } from '@luma.gl/core';
import type { Alert } from '#engine/contract/alert.ts';
import type { Camera } from '#engine/contract/camera.ts';
import { isUntouched } from '../live/alert-order.ts';
import { sightOf } from '../live/camera-sight.ts';
import type { MarkGroup } from './group-marks.ts';
import { LABEL_LAYER } from './map-style.ts';
import type { MarkAtlas, MarkIcon } from './mark-atlas.ts';

/** A camera as a mark: one that is live, or one of the pool. */
export type DrawnCamera = Pick<Camera, 'id' | 'lngLat' | 'state' | 'pictureFault'>;

/** What the map is to show of the city. */
export interface CityPicture {
  cameras: readonly DrawnCamera[];
  groups: readonly MarkGroup[];
  chosen: Alert | null;
  /** How many CSS pixels one design pixel is. */
  unitPx: number;
}

/** An alert's place with how far its present pulse is, 0..1. */
export interface Pulse {
  lngLat: [number, number];
  phase: number;
}

/** The size of an alert's mark, and so how near two marks may come, in design pixels. */
export const MARK_SIZE = 34;
export const CHOSEN_SIZE = 44;
export const CAMERA_SIZE = 20;
const RING = 24;

/** Half as wide again as the drawing, for the margin of its cell in the atlas. */
const WITH_MARGIN = 96 / 76;

const RING_STYLE = { filled: false, stroked: true, radiusUnits: 'pixels', lineWidthUnits: 'pixels' } as const;

type Color = [number, number, number];
const CRITICAL: Color = [255, 122, 69];
const CHOSEN: Color = [230, 237, 244];

/** The map's layers over the counties, from the quietest up: cameras, rings, marks, numbers; drawn anew with the picture alone. */
function cityLayers(picture: CityPicture, atlas: MarkAtlas): Layer[] {
  const { cameras, groups, chosen, unitPx } = picture;
  const rings = groups.filter(({ top }) => top.severity === 'critical' && isUntouched(top) && top.id !== chosen?.id);
  const many = groups.filter(({ alerts }) => alerts.length > 1);
  const icons = {
    iconAtlas: drawnAtlas(atlas),
    iconMapping: atlas.cells,
    sizeUnits: 'pixels',
    billboard: true,
  } as const;
  const belowNames = { beforeId: LABEL_LAYER };
  return [
    new IconLayer<DrawnCamera>({
      id: 'cameras',
      data: cameras,
      ...icons,
      ...belowNames,
      getPosition: ({ lngLat }) => lngLat,
      getIcon: (camera) => sightOf(camera) satisfies MarkIcon,
      getSize: CAMERA_SIZE * unitPx * WITH_MARGIN,
      updateTriggers: { getSize: unitPx },
    }),
    new ScatterplotLayer<MarkGroup>({
      id: 'critical-rings',
      data: rings,
      ...RING_STYLE,
      getPosition: ({ lngLat }) => lngLat,
      getRadius: RING * unitPx,
      getLineColor: CRITICAL,
      getLineWidth: 2 * unitPx,
      updateTriggers: { getRadius: unitPx, getLineWidth: unitPx },
    }),
    new IconLayer<MarkGroup>({
      id: 'alert-marks',
      data: groups,
      ...icons,
      getPosition: ({ lngLat }) => lngLat,
      getIcon: ({ top }): MarkIcon => (isUntouched(top) ? top.severity : `${top.severity}-hollow`),
      getSize: MARK_SIZE * unitPx * WITH_MARGIN,
      updateTriggers: { getSize: unitPx },
    }),
    new ScatterplotLayer<Alert>({
      id: 'chosen-ring',
      data: chosen ? [chosen] : [],
      ...RING_STYLE,
      getPosition: ({ lngLat }) => lngLat,
      getRadius: (CHOSEN_SIZE / 2 + 11) * unitPx,
      getLineColor: CHOSEN,
      getLineWidth: 2.5 * unitPx,
      updateTriggers: { getRadius: unitPx, getLineWidth: unitPx },
    }),
    new IconLayer<Alert>({
      id: 'chosen-mark',
      data: chosen ? [chosen] : [],
      ...icons,
      getPosition: ({ lngLat }) => lngLat,
      getIcon: (alert): MarkIcon => (isUntouched(alert) ? alert.severity : `${alert.severity}-hollow`),
      getSize: CHOSEN_SIZE * unitPx * WITH_MARGIN,
      updateTriggers: { getSize: unitPx },
    }),
    new TextLayer<MarkGroup>({
      id: 'mark-counts',
      data: many,
      getPosition: ({ lngLat }) => lngLat,
      getText: ({ alerts }) => (alerts.length > 99 ? '99+' : String(alerts.length)),
      characterSet: '0123456789+',
      fontFamily: 'sans-serif',
      fontWeight: 700,
      getSize: 15 * unitPx,
      getColor: [230, 237, 244],
      getPixelOffset: [19 * unitPx, -19 * unitPx],
      background: true,
      backgroundBorderRadius: 9 * unitPx,
      getBackgroundColor: [24, 36, 47],
      getBorderColor: [138, 155, 173],
      getBorderWidth: unitPx,
      backgroundPadding: [5 * unitPx, unitPx, 5 * unitPx, unitPx],
      updateTriggers: { getSize: unitPx, getPixelOffset: unitPx, getBorderWidth: unitPx },
    }),
  ];
}

/** What moves for a moment, over all the rest: each frame of it leaves the other layers as they are. */
function pulseLayer(pulses: readonly Pulse[], unitPx: number): Layer {
  return new ScatterplotLayer<Pulse>({
    id: 'critical-pulses',
    data: pulses,
    ...RING_STYLE,
    getPosition: ({ lngLat }) => lngLat,
    getRadius: ({ phase }) => RING * unitPx * (0.7 + 1.3 * phase),
    getLineColor: ({ phase }) => [255, 122, 69, Math.round(255 * (1 - phase))],
    getLineWidth: 3 * unitPx,
  });
}

/** The layers as they were made last: a frame of a pulse makes none of the others anew, and what is empty is left out. */
export class CityLayers {
  readonly #atlas: MarkAtlas;
  #made: { picture: CityPicture | null; layers: Layer[] } = { picture: null, layers: [] };

  constructor(atlas: MarkAtlas) {
    this.#atlas = atlas;
  }

  of(picture: CityPicture, pulses: readonly Pulse[]): Layer[] {
    if (this.#made.picture !== picture) {
      const layers = cityLayers(picture, this.#atlas).filter(
        ({ props }) => (props.data as readonly unknown[]).length > 0,
      );
      this.#made = { picture, layers };
    }
    return pulses.length === 0 ? this.#made.layers : [...this.#made.layers, pulseLayer(pulses, picture.unitPx)];
  }
}

/** deck.gl takes a canvas as it is, which its types do not say; as an address it would be fetched, which the page's policy forbids. */
function drawnAtlas(atlas: MarkAtlas): Texture {
  const canvas: unknown = atlas.canvas;
  return canvas as Texture;
}
