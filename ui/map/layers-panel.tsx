import { type ReactNode, useState } from 'react';
import type { Site } from '#engine/contract/site.ts';
import { Glyph } from '../design/glyph.tsx';
import { useCity, useDesk } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { CIVIDIS } from './city-overlays.ts';
import { CELLS_FROM_ZOOM } from './grid-cells.ts';
import { MAP_LAYERS, type MapLayer } from './map-layers.ts';

interface LayersPanelProps {
  layers: ReadonlySet<MapLayer>;
  zoom: number;
  /** The address of all that is shown now. */
  viewAddress: () => string;
  onLayers: (layers: ReadonlySet<MapLayer>) => void;
  onClose: () => void;
}

/** What the map shows, each thing with what it means; and what it cannot show, with the reason. */
export function LayersPanel({ layers, zoom, viewAddress, onLayers, onClose }: LayersPanelProps): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const { units } = useCity();
  const stationed = [...units.values()].some(({ lngLat }) => lngLat !== null);
  const [copied, setCopied] = useState<'shared' | 'notShared' | null>(null);
  const toggle = (layer: MapLayer) => {
    const next = new Set(layers);
    if (!next.delete(layer)) next.add(layer);
    onLayers(next);
  };
  const share = () =>
    copy(location.origin + viewAddress()).then(
      () => setCopied('shared'),
      () => setCopied('notShared'),
    );
  return (
    <section className="map-panel surface" aria-label={t('layers.title')} data-testid="layers-panel">
      <header>
        <h3>{t('layers.title')}</h3>
        <button type="button" className="button plain icon" aria-label={t('close')} onClick={onClose}>
          <Glyph name="close" />
        </button>
      </header>
      <div className="scroll">
        <ul className="layer-list">
          {MAP_LAYERS.map((layer) => {
            const isThere = isThereAt(site, layer, stationed);
            return (
              <li key={layer}>
                <label>
                  <input
                    type="checkbox"
                    checked={isThere && layers.has(layer)}
                    disabled={!isThere}
                    data-testid={`layer-${layer}`}
                    onChange={() => toggle(layer)}
                  />
                  {t(`layers.name.${layer}`)}
                </label>
                {layer === 'heat' && layers.has('heat') && <HeatLegend />}
                {layer === 'heat' && <small>{t('layers.note.heat')}</small>}
                {layer === 'cells' && (
                  <small>
                    {t('layers.note.cells')}{' '}
                    {layers.has('cells') && zoom < CELLS_FROM_ZOOM && t('layers.note.cellsFar')}
                  </small>
                )}
                {!isThere && <small>{t(`layers.missing.${layer as SiteLayer}`)}</small>}
                {layer === 'units' && isThere && <small>{t('layers.note.units')}</small>}
              </li>
            );
          })}
        </ul>
        <button type="button" className="button" data-testid="share-view" onClick={() => void share()}>
          <Glyph name="link" />
          {t('layers.share')}
        </button>
        <p className="quiet-line" role="status">
          {copied && t(`layers.${copied}`)}
        </p>
      </div>
    </section>
  );
}

/** The layers that a site must bring itself. */
type SiteLayer = 'basemap' | 'townships' | 'units';

function isThereAt(site: Site, layer: MapLayer, stationed: boolean): boolean {
  if (layer === 'basemap') return site.basemap !== null;
  return layer === 'townships' ? site.townshipsAttribution !== null : layer !== 'units' || stationed;
}

function HeatLegend(): ReactNode {
  const { t } = useWords();
  return (
    <span className="heat-legend">
      {t('layers.few')}
      <i style={{ background: `linear-gradient(to right, ${CIVIDIS.join(', ')})` }} />
      {t('layers.many')}
    </span>
  );
}

/** Rejects where the browser does not let a page write to the clipboard: over plain http from elsewhere. */
async function copy(text: string): Promise<void> {
  if (!navigator.clipboard) throw new Error('no clipboard');
  await navigator.clipboard.writeText(text);
}
