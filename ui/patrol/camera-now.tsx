import { type ReactNode, useEffect, useState } from 'react';
import { request } from '../live/ask.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { cameraNowAddress } from './patrol-desk.ts';

type Shown = { address: string; at: string | null } | 'asking' | 'failed' | null;

/** What the camera that raised the case shows at this moment, when it is asked for. */
export function CameraNow({ caseId, timeZone }: { caseId: string; timeZone: string }): ReactNode {
  const { t } = useWords();
  const [shown, setShown] = useState<Shown>(null);
  const address = shown !== null && typeof shown === 'object' ? shown.address : null;
  useEffect(() => () => (address === null ? undefined : URL.revokeObjectURL(address)), [address]);
  const look = async () => {
    setShown('asking');
    try {
      const answer = await request(cameraNowAddress(caseId));
      if (answer.status === 204) return setShown('failed');
      const made = URL.createObjectURL(await answer.blob());
      setShown({ address: made, at: answer.headers.get('x-captured-at') });
    } catch {
      setShown('failed');
    }
  };
  return (
    <figure className="evidence-picture camera-now">
      {shown !== null && typeof shown === 'object' && (
        <>
          <img src={shown.address} alt={t('patrol.cameraNow')} />
          {shown.at && (
            <figcaption className="quiet-line">
              {t('patrol.cameraNowAt', { at: sayMoment(shown.at, timeZone) })}
            </figcaption>
          )}
        </>
      )}
      {shown === 'failed' && <p role="alert">{t('patrol.cameraNowFailed')}</p>}
      <button type="button" className="button wide" disabled={shown === 'asking'} onClick={() => void look()}>
        {shown === 'asking' ? t('loading') : t('patrol.cameraNow')}
      </button>
    </figure>
  );
}
