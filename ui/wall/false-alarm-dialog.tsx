import type { ReactNode } from 'react';
import { Alert } from '#engine/contract/alert.ts';
import { post } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { saySetting } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { ActDialog } from './act-dialog.tsx';

/** Calls the alert false, with the reason; the place stays quiet from then on. */
export function FalseAlarmDialog({ alert, onClose }: { alert: Alert; onClose: () => void }): ReactNode {
  const { t, language } = useWords();
  const { live, site } = useDesk();
  return (
    <ActDialog
      title={t('falseAlarm.title')}
      what={t('falseAlarm.what', { span: saySetting(site.suppressionMs, language) })}
      label={t('falseAlarm.reason')}
      submit={t('falseAlarm.submit')}
      needed={t('falseAlarm.needed')}
      onClose={onClose}
      run={async (reason) => {
        const path = `/api/alerts/${encodeURIComponent(alert.id)}/false-alarm`;
        live.take({ kind: 'alert', entity: await post(Alert, path, { reason }) });
      }}
    />
  );
}
