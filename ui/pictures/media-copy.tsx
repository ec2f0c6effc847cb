import { type ReactNode, useState } from 'react';
import type { Alert } from '#engine/contract/alert.ts';
import type { NewMediaDownload } from '#engine/contract/media-download.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { useAction } from '../design/use-action.ts';
import { request } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { Downloads } from './downloads.tsx';

/** Every frame of a clip is drawn on and encoded anew, after those of others. */
const COPY_WITHIN_MS = 300_000;

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
      {account.roles.includes('administrator') && (
        <Downloads of={`alertId=${encodeURIComponent(alert.id)}`} copies={copies} />
      )}
      {problem && <ProblemNote problem={problem} />}
    </div>
  );
}

function save(bytes: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(bytes);
  link.download = name.replace(/[\\/:*?"<>|]/g, '-');
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
