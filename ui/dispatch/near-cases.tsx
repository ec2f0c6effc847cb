import type { ReactNode } from 'react';
import { dispatchAddress } from '../addresses.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { useWords } from '../words/words.ts';
import { CaseSide, HowLikely } from './case-side.tsx';
import type { useNearCases } from './use-near-cases.ts';

/** What may be the same thing as what is being reported. Opened beside it: what was typed is not lost. */
export function NearCases({ near, known }: { near: ReturnType<typeof useNearCases>; known: boolean }): ReactNode {
  const { t } = useWords();
  const { found, problem, waiting } = near;
  return (
    <section className="case-pairs near-cases" aria-labelledby="near-title" aria-live="polite" data-testid="near-cases">
      <h3 id="near-title">{t('caseReport.likely')}</h3>
      {!known && <p className="quiet-line">{t('caseReport.nonePlace')}</p>}
      {waiting && <p className="quiet-line">{t('caseReport.comparing')}</p>}
      {problem && <ProblemNote problem={problem} />}
      {found?.length === 0 && <p className="quiet-line">{t('caseReport.none')}</p>}
      {found && found.length > 0 && (
        <>
          <p className="quiet-line">{t('caseReport.likelyWhat')}</p>
          <ul>
            {found.map((likely) => (
              <li key={likely.case.id} data-testid="near-case" data-case-id={likely.case.id}>
                <CaseSide one={likely.case} title={likely.case.id} />
                <div className="side">
                  <HowLikely likely={likely} />
                  <a className="button" href={dispatchAddress(likely.case.id)} target="_blank" rel="noreferrer">
                    {t('caseReport.open', { id: likely.case.id })}
                  </a>
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
