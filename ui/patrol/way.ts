import { bearingDeg, distanceBetweenM } from '#engine/contract/distance.ts';
import type { PatrolCase } from '#engine/contract/patrol.ts';
import { useSayMetres } from '../field/say-metres.ts';
import { useWords } from '../words/words.ts';
import { useSharing } from './whereabouts.ts';

const WAYS = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'] as const;

/** How far and which way, in a straight line from where the phone is; without a place it says what to do for one. */
export function useAway(lngLat: readonly [number, number]): { said: string; arrowDeg: number | null } {
  const { t } = useWords();
  const metres = useSayMetres();
  const { place } = useSharing();
  if (!place) return { said: t('patrol.placeUnknown'), arrowDeg: null };
  const bearing = bearingDeg(place.lngLat, lngLat);
  const way = WAYS[Math.round(bearing / 45) % WAYS.length]!;
  const said = t('patrol.away', {
    metres: metres(distanceBetweenM(place.lngLat, lngLat)),
    way: t(`patrol.ways.${way}`),
  });
  return { said, arrowDeg: bearing };
}

/** Hands the way to the phone's own map: it knows the roads. */
export function navigationAddress({
  lngLat: [lng, lat],
  cameraName,
}: Pick<PatrolCase, 'lngLat' | 'cameraName'>): string {
  if (/iPhone|iPad|Macintosh/.test(navigator.userAgent)) return `maps://?daddr=${lat},${lng}`;
  return `geo:${lat},${lng}?q=${lat},${lng}(${encodeURIComponent(cameraName)})`;
}
