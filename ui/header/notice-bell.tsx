import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { Notice } from '#engine/contract/notice.ts';
import { dispatchAddress, go } from '../addresses.ts';
import { Dialog } from '../design/dialog.tsx';
import { Glyph } from '../design/glyph.tsx';
import { ask, listOf, post } from '../live/ask.ts';
import { useCity, useDesk } from '../live/use-live.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';

/** What the desk should know and nobody has acknowledged: how many, and on a press which. */
export function NoticeBell(): ReactNode {
  const { t } = useWords();
  const { account } = useDesk();
  const mayRead = account.roles.some((role) => role !== 'model-admin' && role !== 'officer');
  return mayRead ? <Bell label={(count) => t('notices.open', { count })} /> : null;
}

function Bell({ label }: { label: (count: number) => string }): ReactNode {
  const { t } = useWords();
  const { notices, read } = useNotices();
  const [open, setOpen] = useState(false);
  const count = notices.length;
  return (
    <>
      <button
        type="button"
        className={count > 0 ? 'button plain tool bell unread' : 'button plain tool bell'}
        title={label(count)}
        aria-label={label(count)}
        data-testid="bell"
        data-unread={count}
        onClick={() => setOpen(true)}
      >
        <Glyph name="bell" />
        {count > 0 && <b>{count > 99 ? '99+' : count}</b>}
      </button>
      {open && (
        <Dialog title={t('notices.title')} onClose={() => setOpen(false)}>
          <div className="body">
            {count === 0 && <p className="quiet-line">{t('notices.none')}</p>}
            <NoticeLines notices={notices} read={read} onGo={() => setOpen(false)} />
          </div>
        </Dialog>
      )}
    </>
  );
}

interface NoticeLinesProps {
  notices: readonly Notice[];
  read: () => Promise<void>;
  onGo: () => void;
}

function NoticeLines({ notices, read, onGo }: NoticeLinesProps): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const know = (id: string) => post(Notice, `/api/notices/${encodeURIComponent(id)}/acknowledge`, {}).then(read, read);
  const open = (id: string, caseId: string) => {
    void know(id);
    onGo();
    go(dispatchAddress(caseId));
  };
  return (
    <ul className="notice-lines">
      {notices.map(({ id, kind, about, at, caseId }) => (
        <li key={id}>
          <p>
            <strong>{t(`patrol.notice.${kind}`)}</strong> {about}{' '}
            <time className="quiet-line" dateTime={at}>
              {sayMoment(at, site.timeZone)}
            </time>
          </p>
          <div className="actions">
            {caseId !== null && (
              <button type="button" className="button" onClick={() => open(id, caseId)}>
                {t('notices.toCase')}
              </button>
            )}
            <button type="button" className="button" onClick={() => void know(id)}>
              {t('notices.know')}
            </button>
          </div>
        </li>
      ))}
    </ul>
  );
}

function useNotices(): { notices: Notice[]; read: () => Promise<void> } {
  const { fieldSeq } = useCity();
  const [notices, setNotices] = useState<Notice[]>([]);
  const read = useCallback(
    () =>
      ask(listOf(Notice), '/api/notices').then(
        ({ items }) => setNotices(items),
        () => undefined,
      ),
    [],
  );
  useEffect(() => {
    if (fieldSeq >= 0) void read();
  }, [read, fieldSeq]);
  return { notices, read };
}
