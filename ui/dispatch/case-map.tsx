import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Case } from '#engine/contract/case.ts';
import { dispatchAddress, go } from '../addresses.ts';
import { useUnitPx } from '../design/room.ts';
import { useDesk } from '../live/use-live.ts';
import { readCounties } from '../map/counties.ts';
import { useOutlines } from '../map/use-outlines.ts';
import { useWords } from '../words/words.ts';
import { CaseScene } from './case-scene.ts';

interface CaseMapProps {
  /** As the queue lists them. */
  cases: readonly Case[];
  chosenId: string | null;
  /** A place that is being chosen, and what to do with one that is clicked; absent: cases are opened. */
  choosing?: { place: [number, number] | null; onPlace: (lngLat: [number, number]) => void };
}

/** The cases of the queue on the map, in step with it: a case that is opened here or there is open in both. */
export function CaseMap({ cases, chosenId, choosing }: CaseMapProps): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const container = useRef<HTMLDivElement>(null);
  const unitPx = useUnitPx();
  const { outlines: counties, failed } = useOutlines(readCounties);
  const [scene, setScene] = useState<CaseScene | null>(null);
  const [reason, setReason] = useState<string | null>(null);
  const settled = counties !== null || failed;
  const name = t(choosing ? 'caseReport.map' : 'queue.map');
  const choose = useRef(choosing?.onPlace);
  choose.current = choosing?.onPlace;
  const chooses = choosing !== undefined;
  useEffect(() => {
    if (!container.current || !settled) return;
    const { centre, zoom, basemap } = site;
    let made: CaseScene;
    try {
      const onCase = (id: string) => go(dispatchAddress(id));
      const onPlace = chooses ? (at: [number, number]) => choose.current?.(at) : null;
      made = new CaseScene(container.current, { counties, centre, zoom, basemap, unitPx, name, onCase, onPlace });
    } catch {
      setReason(t('map.noWebgl'));
      return;
    }
    setScene(made);
    return () => {
      setScene(null);
      made.close();
    };
  }, [counties, settled, site, unitPx, name, chooses, t]);
  useEffect(() => scene?.show(cases, chosenId), [scene, cases, chosenId]);
  const place = choosing?.place ?? null;
  useEffect(() => scene?.mark(place), [scene, place]);
  return (
    <section className="case-map surface" aria-label={name} data-testid="case-map">
      <div ref={container} className="canvas" />
      {reason !== null && <p className="quiet-line">{reason}</p>}
    </section>
  );
}
