import type { ReactNode } from 'react';
import type { Alert } from '#engine/contract/alert.ts';
import { Case } from '#engine/contract/case.ts';
import { post } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { ActDialog } from './act-dialog.tsx';

/** Opens a case from the alert. */
export function MakeCaseDialog({ alert, onClose }: { alert: Alert; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const { live } = useDesk();
  return (
    <ActDialog
      title={t('makeCase.title')}
      what={t('makeCase.what')}
      label={t('makeCase.note')}
      submit={t('makeCase.submit')}
      onClose={onClose}
      run={async (note) => {
        live.take({ kind: 'case', entity: await post(Case, '/api/cases', { alertIds: [alert.id], note }) });
      }}
    />
  );
}
