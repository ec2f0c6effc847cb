import { type ReactNode, useState } from 'react';
import { type Library, LibraryDetail, type LibraryMaking } from '#engine/contract/library.ts';
import { follow, go, poolAddress } from '../addresses.ts';
import { Dialog } from '../design/dialog.tsx';
import { FactList } from '../design/fact-list.tsx';
import { Glyph } from '../design/glyph.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { useAction } from '../design/use-action.ts';
import { request } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { LibraryForm } from './library-form.tsx';
import { LibraryGrants } from './library-grants.tsx';
import { LibraryHistoryList, LibraryUses } from './library-history.tsx';
import { type NameOfDivision, sayActs, sayOwner } from './say-library.ts';
import { useReadAnew } from './use-libraries.ts';

const PARTS = ['about', 'grants', 'history', 'uses'] as const;
type Part = (typeof PARTS)[number];

/** One topic library: what it holds and by which rule; for its owner's administrators also its grants and their record. */
export function LibraryPanel({ id, nameOf }: { id: string; nameOf: NameOfDivision }): ReactNode {
  const { t } = useWords();
  const { account } = useDesk();
  const [part, setPart] = useState<Part>('about');
  const { found, problem } = useReadAnew(LibraryDetail, `/api/libraries/${encodeURIComponent(id)}`);
  const manages = found?.making != null && account.roles.includes('administrator');
  return (
    <section
      className="pool-camera library panel surface"
      aria-label={t('library.label')}
      data-testid="library"
      data-library={id}
    >
      <header className="panel-head">
        <div className="what">
          <h2>{found?.library.name ?? (problem ? t('library.failed') : t('loading'))}</h2>
          {found && <p className="quiet-line">{t('library.count', { count: found.library.cameras })}</p>}
        </div>
        <a className="button plain icon" href={poolAddress()} aria-label={t('close')} onClick={follow}>
          <Glyph name="close" />
        </a>
      </header>
      {manages && (
        <div className="tabs" role="radiogroup" aria-label={t('library.part')}>
          {PARTS.map((one) => (
            // biome-ignore lint/a11y/useSemanticElements: looks like the other tabs, which are buttons
            <button key={one} type="button" role="radio" aria-checked={one === part} onClick={() => setPart(one)}>
              {t(`library.parts.${one}`)}
            </button>
          ))}
        </div>
      )}
      <div className="scroll">
        {problem && <ProblemNote problem={problem} />}
        {found && (part === 'about' || !manages) && <About {...found} manages={manages} nameOf={nameOf} />}
        {found && manages && part === 'grants' && <LibraryGrants library={found.library} nameOf={nameOf} />}
        {found && manages && part === 'history' && <LibraryHistoryList id={id} nameOf={nameOf} />}
        {found && manages && part === 'uses' && <LibraryUses id={id} nameOf={nameOf} />}
      </div>
    </section>
  );
}

interface AboutProps {
  library: Library;
  making: LibraryMaking | null;
  manages: boolean;
  nameOf: NameOfDivision;
}

function About({ library, making, manages, nameOf }: AboutProps): ReactNode {
  const { t } = useWords();
  const [shown, setShown] = useState<'edit' | 'remove' | null>(null);
  const hide = () => setShown(null);
  const facts: [string, ReactNode][] = [
    [t('library.owner'), sayOwner(t, library, nameOf)],
    [t('library.made'), t(`library.kind.${library.kind}`)],
    [t('library.rights'), library.acts === null ? t('library.mine') : sayActs(t, library.acts)],
  ];
  return (
    <>
      {library.description !== '' && <p className="said">{library.description}</p>}
      <FactList facts={[...facts, ...(making ? makingFacts(t, making, nameOf) : [])]} />
      {manages && making && (
        <div className="actions">
          <button type="button" className="button" onClick={() => setShown('edit')}>
            {t('library.edit')}
          </button>
          <button type="button" className="button plain" onClick={() => setShown('remove')}>
            {t('library.remove')}
          </button>
        </div>
      )}
      {shown === 'edit' && making && <LibraryForm before={{ library, making }} onClose={hide} />}
      {shown === 'remove' && <RemoveDialog library={library} onClose={hide} />}
    </>
  );
}

function makingFacts(
  t: ReturnType<typeof useWords>['t'],
  { rule, added, removed }: LibraryMaking,
  nameOf: NameOfDivision,
): [string, ReactNode][] {
  const said = (list: readonly string[] | undefined) => list?.join(t('library.comma')) ?? t('library.any');
  const facts: [string, ReactNode][] = [];
  if (rule?.tags) facts.push([t('library.tags'), said(rule.tags)]);
  if (rule?.departments) facts.push([t('library.departments'), said(rule.departments)]);
  if (rule?.divisions) facts.push([t('library.divisions'), said(rule.divisions.map(nameOf))]);
  if (rule?.inspection !== undefined)
    facts.push([
      t('library.inspectionField'),
      rule.inspection ? t('library.inspectionYes') : t('library.inspectionNo'),
    ]);
  if (rule?.area) {
    const count = (rule.area.coordinates[0]?.length ?? 1) - 1;
    facts.push([t('library.area'), t('library.areaCorners', { count })]);
  }
  if (added.length > 0) facts.push([t('library.added'), t('library.handCount', { count: added.length })]);
  if (removed.length > 0) facts.push([t('library.removed'), t('library.handCount', { count: removed.length })]);
  return facts;
}

function RemoveDialog({ library, onClose }: { library: Library; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const { busy, problem, start } = useAction(async () => {
    await request(`/api/libraries/${library.id}`, { method: 'DELETE' });
    go(poolAddress());
  });
  return (
    <Dialog title={t('library.removeTitle')} onClose={onClose}>
      <p>{t('library.removeWhat', { name: library.name })}</p>
      {problem && <ProblemNote problem={problem} />}
      <div className="actions">
        <button type="button" className="button plain" onClick={onClose} data-focus-first="">
          {t('close')}
        </button>
        <button type="button" className="button primary" disabled={busy} onClick={start}>
          {t('library.remove')}
        </button>
      </div>
    </Dialog>
  );
}
