import { useWords } from '../words/words.ts';

/** A distance as one says it: "180 米", "2.4 公里". */
export function useSayMetres(): (distanceM: number) => string {
  const { t } = useWords();
  return (distanceM) =>
    distanceM < 995
      ? t('patrol.metres', { count: Math.round(distanceM / 10) * 10 || Math.round(distanceM) })
      : t('patrol.kilometres', { count: Number((distanceM / 1000).toFixed(distanceM < 9950 ? 1 : 0)) });
}
