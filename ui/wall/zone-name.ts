import type { Alert } from '#engine/contract/alert.ts';
import { useWords } from '../words/words.ts';

/** The zone that an alert lies in, by its kind and its own name; without a name, by its number at the camera. */
export function useZoneName(alert: Alert): string {
  const { t } = useWords();
  const kind = t(`zone.${alert.zoneKind}`);
  return alert.zoneName
    ? t('panel.zoneNamed', { kind, name: alert.zoneName })
    : t('panel.zoneNumbered', { kind, number: alert.zoneIndex + 1 });
}
