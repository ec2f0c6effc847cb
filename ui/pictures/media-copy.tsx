import { type ReactNode, useEffect, useState } from 'react';
import { z } from 'zod';
import type { Alert } from '#engine/contract/alert.ts';
import { MediaDownload, type NewMediaDownload } from '#engine/contract/media-download.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { useAction } from '../design/use-action.ts';
import { ask, request } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';

/** Every frame of a clip is drawn on and encoded anew, after those of others. */
const COPY_WITHIN_MS = 300_000;
const MOST_SHOWN = 20;

interface MediaCopyProps {
  alert: Alert;
  wanted: NewMediaDownload;
}

/** Fetches a copy that shows who fetched it; administrators see who did so before. */
export function MediaCopy({ alert, wanted }: MediaCopyProps): ReactNode {
  const { t } = useWords();
  const { account } = useDesk();
  const [copies, setCopies] = useState(0);
  const { busy, problem, start } = useAction(async () => {
    const answer = await request(
      `/api/alerts/${encodeURIComponent(alert.id)}/downloads`,
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(wanted) },
      COPY_WITHIN_MS,
    );
    save(await answer.blob(), `${alert.cameraName}_${alert.id}.${wanted.what === 'clip' ? 'mp4' : 'jpg'}`);
    setCopies((count) => count + 1);
  });
  return (
    <div className="media-copy">
      <button
        type="button"
        className="button"
        data-testid="download-copy"
        aria-busy={busy}
        disabled={busy}
        title={t('clip.downloadHint')}
        onClick={start}
      >
        {busy ? t('clip.downloading') : wanted.what === 'clip' ? t('clip.download') : t('clip.downloadPicture')}
      </button>
      {account.roles.includes('administrator') && <Downloads alertId={alert.id} copies={copies} />}
      {problem && <ProblemNote problem={problem} />}
    </div>
  );
}

/** Asked for only when it is opened, and again after a download. */
function Downloads({ alertId, copies }: { alertId: string; copies: number }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const [open, setOpen] = useState(false);
  const [list, setList] = useState<MediaDownload[] | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each copy there is one more
  useEffect(() => {
    if (!open) return;
    const stop = new AbortController();
    ask(
      z.object({ items: z.array(MediaDownload) }),
      `/api/downloads?alertId=${encodeURIComponent(alertId)}&limit=${MOST_SHOWN}`,
      { signal: stop.signal },
    ).then(
      ({ items }) => setList(items),
      () => undefined,
    );
    return () => stop.abort();
  }, [open, alertId, copies]);
  return (
    <details
      className="downloads"
      data-testid="downloads"
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>{t('clip.downloads')}</summary>
      {list === null ? (
        <p className="quiet-line">{t('loading')}</p>
      ) : list.length === 0 ? (
        <p className="quiet-line">{t('clip.noDownloads')}</p>
      ) : (
        <ul>
          {list.map(({ n, at, displayName, username, what, fromAddress }) => (
            <li key={n}>
              {t('clip.downloadLine', {
                at: sayMoment(at, site.timeZone),
                name: displayName,
                username,
                what: t(`clip.what.${what}`),
                from: fromAddress,
              })}
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}

function save(bytes: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(bytes);
  link.download = name.replace(/[\\/:*?"<>|]/g, '-');
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
