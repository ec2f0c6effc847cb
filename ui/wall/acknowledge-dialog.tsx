import type { ReactNode } from 'react';
import { Alert } from '#engine/contract/alert.ts';
import { post } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { ActDialog } from './act-dialog.tsx';

/** Says "I have seen it", with a comment that all screens will show. */
export function AcknowledgeDialog({ alert, onClose }: { alert: Alert; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const { live } = useDesk();
  return (
    <ActDialog
      title={t('acknowledge.title')}
      what={t('acknowledge.what')}
      label={t('acknowledge.comment')}
      submit={t('acknowledge.submit')}
      onClose={onClose}
      run={async (comment) => {
        const path = `/api/alerts/${encodeURIComponent(alert.id)}/acknowledge`;
        live.take({ kind: 'alert', entity: await post(Alert, path, { comment }) });
      }}
    />
  );
}
