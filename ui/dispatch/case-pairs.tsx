import { type ReactNode, useEffect, useState } from 'react';
import { Case, LikelyDuplicate } from '#engine/contract/case.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { dispatchAddress, follow } from '../addresses.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { useAction } from '../design/use-action.ts';
import { ask, asProblem, listOf, post } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { mayDispatch } from './case-filter.ts';
import { CaseSide, HowLikely } from './case-side.tsx';

type Act = 'merges' | 'splits' | 'links';

/** What may be the same thing as this case, side by side with it; and the cases that are part of it, or linked. */
export function CasePairs({ one }: { one: Case }): ReactNode {
  const { t } = useWords();
  const { account } = useDesk();
  const may = mayDispatch(account);
  const { found, problem, again } = useDuplicates(one);
  const [failed, setFailed] = useState<Problem | null>(null);
  const button = (act: Act, caseId: string, name: string) => (
    <ActButton {...{ one, act, caseId, name }} onDone={again} onFailed={setFailed} />
  );
  const listed = failed ?? problem;
  const candidates = found?.filter(({ case: other }) => !one.mergedIds.includes(other.id)) ?? null;
  return (
    <section className="case-pairs" aria-labelledby="case-pairs-title" data-testid="case-pairs">
      <Related title={t('caseLoop.parts')} ids={one.mergedIds}>
        {(id) => may && one.state !== 'closed' && button('splits', id, t('caseLoop.split'))}
      </Related>
      <Related title={t('caseLoop.mergedInto')} ids={one.mergedInto ? [one.mergedInto] : []} />
      <Related title={t('caseLoop.linked')} ids={one.linkedIds} />
      {one.state !== 'closed' && (
        <>
          <h3 id="case-pairs-title">{t('caseLoop.duplicates')}</h3>
          {listed && <ProblemNote problem={listed} />}
          {candidates?.length === 0 && <p className="quiet-line">{t('caseLoop.noDuplicates')}</p>}
          <ul>
            {candidates?.map((likely) => (
              <li key={likely.case.id} data-testid="duplicate">
                <CaseSide one={one} title={t('caseLoop.thisCase')} />
                <CaseSide one={likely.case} title={likely.case.id} linked />
                <HowLikely likely={likely} />
                {may && (
                  <div className="actions">
                    {likely.linked ? (
                      <span className="chip">{t('caseLoop.isLinked')}</span>
                    ) : (
                      button('links', likely.case.id, t('caseLoop.link'))
                    )}
                    {button('merges', likely.case.id, t('caseLoop.merge'))}
                  </div>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

interface ActButtonProps {
  one: Case;
  act: Act;
  caseId: string;
  name: string;
  onDone: () => void;
  onFailed: (problem: Problem | null) => void;
}

/** One press is one act: what comes of it is told where all of them stand. */
function ActButton({ one, act, caseId, name, onDone, onFailed }: ActButtonProps): ReactNode {
  const { live } = useDesk();
  const { busy, problem, start } = useAction(async () => {
    const path = `/api/cases/${encodeURIComponent(one.id)}/${act}`;
    live.take({ kind: 'case', entity: await post(Case, path, { caseId }) });
    onDone();
  });
  useEffect(() => onFailed(problem), [problem, onFailed]);
  return (
    <button type="button" className="button" disabled={busy} onClick={start}>
      {name}
    </button>
  );
}

function useDuplicates(one: Case) {
  const [read, setRead] = useState<{ found: LikelyDuplicate[] | null; problem: Problem | null }>({
    ...{ found: null, problem: null },
  });
  const [asked, setAsked] = useState(0);
  // Another case of its place may have come since.
  const key = `${one.id} ${one.seq} ${asked}`;
  const isOpen = one.state !== 'closed';
  useEffect(() => {
    if (!isOpen) return;
    const stop = new AbortController();
    const [id] = key.split(' ');
    ask(listOf(LikelyDuplicate), `/api/cases/${encodeURIComponent(id!)}/duplicates`, { signal: stop.signal }).then(
      ({ items }) => setRead({ found: items, problem: null }),
      (error) => stop.signal.aborted || setRead({ found: null, problem: asProblem(error) }),
    );
    return () => stop.abort();
  }, [key, isOpen]);
  return { ...read, again: () => setAsked((n) => n + 1) };
}

interface RelatedProps {
  title: string;
  ids: readonly string[];
  children?: (id: string) => ReactNode;
}

function Related({ title, ids, children }: RelatedProps): ReactNode {
  if (ids.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul className="related">
        {ids.map((id) => (
          <li key={id}>
            <a href={dispatchAddress(id)} onClick={follow}>
              {id}
            </a>
            {children?.(id)}
          </li>
        ))}
      </ul>
    </>
  );
}
