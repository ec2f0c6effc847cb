import { type ReactNode, useEffect, useState } from 'react';
import { z } from 'zod';
import { MediaDownload } from '#engine/contract/media-download.ts';
import { ask } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';

const MOST_SHOWN = 20;

interface DownloadsProps {
  /** Of what, as the query says it: "alertId=…" or "cameraId=…". */
  of: string;
  /** How many this page has made itself. */
  copies?: number;
}

/** Who was given copies, for administrators. Asked for only when it is opened, and again after a download. */
export function Downloads({ of, copies = 0 }: DownloadsProps): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const [open, setOpen] = useState(false);
  const [list, setList] = useState<MediaDownload[] | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each copy there is one more
  useEffect(() => {
    if (!open) return;
    const stop = new AbortController();
    ask(z.object({ items: z.array(MediaDownload) }), `/api/downloads?${of}&limit=${MOST_SHOWN}`, {
      signal: stop.signal,
    }).then(
      ({ items }) => setList(items),
      () => undefined,
    );
    return () => stop.abort();
  }, [open, of, copies]);
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
