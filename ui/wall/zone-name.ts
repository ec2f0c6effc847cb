import type { Alert } from '#engine/contract/alert.ts';
import { useWords } from '../words/words.ts';

/** The zone that an alert lies in, by its kind and its own name; without a name, by its number at the camera. */
export function useZoneName({ zoneKind, zoneIndex, zoneName }: Alert): string {
  const { t } = useWords();
  if (zoneKind === null) return t('panel.wholeView');
  const kind = t(`zone.${zoneKind}`);
  return zoneName
    ? t('panel.zoneNamed', { kind, name: zoneName })
    : t('panel.zoneNumbered', { kind, number: (zoneIndex ?? 0) + 1 });
}
