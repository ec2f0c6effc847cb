import { useWords } from '../words/words.ts';
import type { Zone } from './draft.ts';

/** What zones are called: by their own names, else by kind and number. */
export function useZoneNames(zones: readonly Zone[]): string[] {
  const { t } = useWords();
  return zones.map(({ kind, name }, i) => name || t('panel.zoneNumbered', { kind: t(`zone.${kind}`), number: i + 1 }));
}
