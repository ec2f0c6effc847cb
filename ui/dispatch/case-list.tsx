import type { ReactNode } from 'react';
import type { Case } from '#engine/contract/case.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { dispatchAddress, follow, machineAddress, policiesAddress, reportAddress } from '../addresses.ts';
import { Glyph } from '../design/glyph.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { SeverityMark } from '../design/severity-mark.tsx';
import { useCasePresence, useConnection, useDesk } from '../live/use-live.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { mayReport } from './case-filter.ts';
import type { CaseTab } from './case-steps.ts';
import { useClassName } from './class-name.ts';
import { CaseLamp } from './lamp.tsx';

interface CaseListProps {
  /** null: not read yet. */
  cases: Case[] | null;
  problem: Problem | null;
  /** How many there are without filters. */
  all: number;
  tab: CaseTab;
  onTab: (tab: CaseTab) => void;
  chosenId: string | null;
  ticked: ReadonlySet<string>;
  /** null: several at once are not to be had. */
  onTick: ((id: string) => void) | null;
  filters: ReactNode;
  bulk: ReactNode;
}

/** The cases that wait, or those that are closed. */
export function CaseList(props: CaseListProps): ReactNode {
  const { cases, all, problem, tab, onTab, chosenId, ticked, onTick, filters, bulk } = props;
  const { t } = useWords();
  const { account } = useDesk();
  const { phase } = useConnection();
  const known = cases !== null && phase !== 'loading';
  return (
    <section className="case-list surface" aria-label={t('dispatch.title')}>
      <header className="list-head">
        <h2>{t('dispatch.title')}</h2>
        {known && (
          <p className="quiet-line">
            {cases.length === all
              ? t('dispatch.count', { count: all })
              : t('queue.narrowed', { count: cases.length, all })}
          </p>
        )}
        <div className="tabs" role="radiogroup" aria-label={t('dispatch.filter')}>
          {(['open', 'closed'] as const).map((one) => (
            // biome-ignore lint/a11y/useSemanticElements: looks like the other tabs, which are buttons
            <button key={one} type="button" role="radio" aria-checked={one === tab} onClick={() => onTab(one)}>
              {t(`dispatch.${one}`)}
            </button>
          ))}
        </div>
      </header>
      {filters}
      {problem && <ProblemNote problem={problem} />}
      {!known && !problem && <p className="waiting quiet-line">{t('loading')}</p>}
      {known && cases.length === 0 && (
        <div className="empty">
          {all > 0 ? (
            <strong>{t('queue.noneFit')}</strong>
          ) : (
            <>
              <strong>{tab === 'open' ? t('dispatch.none') : t('dispatch.noneClosed')}</strong>
              {tab === 'open' && <p>{t('dispatch.noneHint')}</p>}
            </>
          )}
        </div>
      )}
      {known && cases.length > 0 && (
        <ul className="items">
          {cases.map((one) => (
            <CaseItem key={one.id} one={one} chosen={one.id === chosenId} ticked={ticked.has(one.id)} onTick={onTick} />
          ))}
        </ul>
      )}
      {bulk}
      <p className="rules-links">
        {mayReport(account) && (
          <a href={reportAddress()} onClick={follow} data-testid="new-report">
            {t('caseReport.link')}
          </a>
        )}
        <a href={machineAddress()} onClick={follow}>
          {t('caseLoop.machine')}
        </a>
        <a href={policiesAddress()} onClick={follow}>
          {t('caseRules.link')}
        </a>
      </p>
    </section>
  );
}

interface CaseItemProps {
  one: Case;
  chosen: boolean;
  ticked: boolean;
  onTick: CaseListProps['onTick'];
}

function CaseItem({ one, chosen, ticked, onTick }: CaseItemProps): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const stillSeen = one.presence === 'standing';
  const presence = useCasePresence(one);
  const nameOf = useClassName();
  return (
    <li>
      <a
        className="case-item"
        data-testid="case-item"
        data-case-id={one.id}
        href={dispatchAddress(one.id)}
        aria-current={chosen ? 'true' : undefined}
        onClick={follow}
      >
        <SeverityMark severity={one.severity} hollow={one.state !== 'opened'} />
        <span className="rule">{nameOf(one)}</span>
        <span className={one.state === 'opened' ? 'chip strong' : 'chip'}>
          {one.suspended ? t('dispatch.suspendedMark') : t(`dispatch.state.${one.state}`)}
        </span>
        <span className="camera" title={one.cameraName}>
          {one.cameraName}
        </span>
        <span className="seen">
          <Glyph name={stillSeen ? 'eye' : 'gone'} />
          {t(`state.${presence}`)}
        </span>
        <CaseLamp one={one} />
        {one.supervised && <span className="chip strong">{t('dispatch.supervisedMark')}</span>}
        <span className="rest">
          {one.id} · {sayMoment(one.openedAt, site.timeZone)} · {one.unitName ?? t('dispatch.noUnit')}
        </span>
      </a>
      {onTick && (
        <input
          type="checkbox"
          className="tick"
          checked={ticked}
          aria-label={t('queue.tick', { id: one.id })}
          onChange={() => onTick(one.id)}
        />
      )}
    </li>
  );
}
