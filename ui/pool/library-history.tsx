import { type ReactNode, useState } from 'react';
import { LibraryEntry, type LibraryUse, LibraryUsePage } from '#engine/contract/library.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { useAction } from '../design/use-action.ts';
import { ask, listOf } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { type NameOfDivision, sayActs, sayGrantee, sayOwner } from './say-library.ts';
import { useReadAnew } from './use-libraries.ts';

const ENTRIES = listOf(LibraryEntry);

interface OfLibrary {
  id: string;
  nameOf: NameOfDivision;
}

/** Who changed, granted and revoked what. */
export function LibraryHistoryList({ id, nameOf }: OfLibrary): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const { found, problem } = useReadAnew(ENTRIES, `/api/libraries/${id}/history`);
  const said = (entry: LibraryEntry): string => {
    if (entry.kind === 'saved') return t('library.saved', { revision: entry.revision, name: entry.name });
    if (entry.kind === 'deleted') return t('library.deleted');
    const to = sayGrantee(t, entry.grant, nameOf);
    return entry.kind === 'granted'
      ? t('library.grantedTo', { to, acts: sayActs(t, entry.grant.acts) })
      : t('library.revokedFrom', { to, reason: entry.grant.revokeReason ?? '' });
  };
  return (
    <>
      {problem && <ProblemNote problem={problem} />}
      {!found && !problem && <p className="quiet-line">{t('loading')}</p>}
      <ol className="history">
        {found?.items.map((entry) => (
          <li key={`${entry.kind} ${entry.at}`} data-testid="library-entry">
            <time dateTime={entry.at}>{sayMoment(entry.at, site.timeZone)}</time>
            <strong>{entry.by}</strong>
            <p>{said(entry)}</p>
          </li>
        ))}
      </ol>
    </>
  );
}

/** Who of other departments used the library's cameras. */
export function LibraryUses({ id, nameOf }: OfLibrary): ReactNode {
  const { t } = useWords();
  const path = `/api/libraries/${id}/uses`;
  const { found, problem } = useReadAnew(LibraryUsePage, path);
  const [earlier, setEarlier] = useState<LibraryUsePage | null>(null);
  const next = (earlier ?? found)?.next ?? null;
  const more = useAction(async () => {
    const read = await ask(LibraryUsePage, `${path}?before=${next}`);
    setEarlier((held) => ({ ...read, items: [...(held?.items ?? []), ...read.items] }));
  });
  const newest = found?.items ?? [];
  const last = newest.at(-1)?.n ?? 0;
  const items = [...newest, ...(earlier?.items.filter(({ n }) => n < last) ?? [])];
  return (
    <>
      {problem && <ProblemNote problem={problem} />}
      {!found && !problem && <p className="quiet-line">{t('loading')}</p>}
      {found && items.length === 0 && <p className="quiet-line">{t('library.noUses')}</p>}
      <ol className="history">
        {items.map((use) => (
          <Use key={use.n} use={use} nameOf={nameOf} />
        ))}
      </ol>
      {more.problem && <ProblemNote problem={more.problem} />}
      {next !== null && (
        <button type="button" className="button plain" disabled={more.busy} onClick={more.start}>
          {t('library.moreUses')}
        </button>
      )}
    </>
  );
}

function Use({ use, nameOf }: { use: LibraryUse; nameOf: NameOfDivision }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  return (
    <li data-testid="library-use" data-act={use.act}>
      <time dateTime={use.at}>{sayMoment(use.at, site.timeZone)}</time>
      <strong>{use.by}</strong> <span className="quiet-line">{sayOwner(t, use, nameOf)}</span>
      <p>
        {t(`library.use.${use.act}`, { count: use.cameras })} {use.cameraName}
      </p>
    </li>
  );
}
