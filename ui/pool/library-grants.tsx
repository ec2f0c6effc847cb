import { type ReactNode, useState } from 'react';
import { type Library, LibraryGrant } from '#engine/contract/library.ts';
import { Dialog } from '../design/dialog.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { TextField } from '../design/text-field.tsx';
import { useAction } from '../design/use-action.ts';
import { listOf, post } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { GrantForm } from './grant-form.tsx';
import { type NameOfDivision, sayActs, sayGrantee } from './say-library.ts';
import { useReadAnew } from './use-libraries.ts';

const GRANTS = listOf(LibraryGrant);

/** To whom a library is and was granted; newest first. */
export function LibraryGrants({ library, nameOf }: { library: Library; nameOf: NameOfDivision }): ReactNode {
  const { t } = useWords();
  const [shown, setShown] = useState<LibraryGrant | 'new' | null>(null);
  const { found, problem } = useReadAnew(GRANTS, `/api/libraries/${library.id}/grants`);
  const hide = () => setShown(null);
  return (
    <>
      <div className="actions">
        <button type="button" className="button primary" onClick={() => setShown('new')}>
          {t('library.grant')}
        </button>
      </div>
      {problem && <ProblemNote problem={problem} />}
      {!found && !problem && <p className="quiet-line">{t('loading')}</p>}
      {found?.items.length === 0 && <p className="quiet-line">{t('library.noGrants')}</p>}
      <ol className="history">
        {found?.items.map((grant) => (
          <Grant key={grant.id} grant={grant} nameOf={nameOf} onRevoke={() => setShown(grant)} />
        ))}
      </ol>
      {shown === 'new' && <GrantForm library={library} onClose={hide} />}
      {shown !== null && shown !== 'new' && <RevokeDialog grant={shown} nameOf={nameOf} onClose={hide} />}
    </>
  );
}

interface GrantProps {
  grant: LibraryGrant;
  nameOf: NameOfDivision;
  onRevoke: () => void;
}

function Grant({ grant, nameOf, onRevoke }: GrantProps): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const at = (moment: string) => sayMoment(moment, site.timeZone);
  const times = [
    ...(grant.startsAt ? [t('library.from', { at: at(grant.startsAt) })] : []),
    ...(grant.endsAt ? [t('library.until', { at: at(grant.endsAt) })] : []),
  ];
  const over = grant.state === 'revoked' || grant.state === 'ended';
  return (
    <li data-testid="grant" data-state={grant.state}>
      <time dateTime={grant.grantedAt}>{at(grant.grantedAt)}</time>
      <strong>{sayGrantee(t, grant, nameOf)}</strong>{' '}
      <span className={over ? 'chip' : 'chip strong'}>{t(`library.state.${grant.state}`)}</span>
      <p>
        {t('library.actOf', { acts: sayActs(t, grant.acts) })} {times.join(' ')}
      </p>
      <p className="said">
        {t('library.grantedBy', { by: grant.grantedBy })} · {grant.reason}
      </p>
      {grant.revokedAt !== null && (
        <p className="said">
          {at(grant.revokedAt)}{' '}
          {t('library.revokedBy', { by: grant.revokedBy ?? '', reason: grant.revokeReason ?? '' })}
        </p>
      )}
      {!over && (
        <button type="button" className="button" onClick={onRevoke}>
          {t('library.revoke')}
        </button>
      )}
    </li>
  );
}

interface RevokeDialogProps {
  grant: LibraryGrant;
  nameOf: NameOfDivision;
  onClose: () => void;
}

function RevokeDialog({ grant, nameOf, onClose }: RevokeDialogProps): ReactNode {
  const { t } = useWords();
  const [reason, setReason] = useState('');
  const { busy, problem, start } = useAction(async () => {
    await post(LibraryGrant, `/api/library-grants/${grant.id}/revoke`, { reason });
    onClose();
  });
  return (
    <Dialog title={`${t('library.revokeTitle')} · ${sayGrantee(t, grant, nameOf)}`} onClose={onClose}>
      <p>{t('library.revokeWhat')}</p>
      <TextField label={t('library.revokeReason')} value={reason} onChange={setReason} lines={2} required focusFirst />
      {problem && <ProblemNote problem={problem} kept />}
      <div className="actions">
        <button type="button" className="button primary" disabled={busy || reason.trim() === ''} onClick={start}>
          {t('library.revoke')}
        </button>
      </div>
    </Dialog>
  );
}
