import { type ReactNode, useState } from 'react';
import type { AlgorithmBudget } from '#engine/contract/algorithm-budget.ts';
import { type AlgorithmDefinition, DefinitionRevision } from '#engine/contract/algorithm-definition.ts';
import { divisionPrefix } from '#engine/contract/division.ts';
import { FactList } from '../design/fact-list.tsx';
import { FaultMark } from '../design/severity-mark.tsx';
import { listOf } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { useNameOfDivision } from '../pool/use-divisions.ts';
import { sayMoment, saySetting } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { BindDialog } from './bind-dialog.tsx';
import { BindingList } from './binding-list.tsx';
import { DefinitionForm } from './definition-form.tsx';
import { useMayWriteAlgorithms } from './may-write.ts';
import { useRead } from './use-read.ts';

const REVISIONS = listOf(DefinitionRevision);
const FOLLOWS_EVERY_MS = 10_000;
const STRETCHED_FROM = 1.5;

interface DefinitionPanelProps {
  definition: AlgorithmDefinition;
  /** null: nothing runs it, or it was not read yet. */
  sampling: AlgorithmBudget['sampling'][number] | null;
  onChanged: () => void;
}

/** One algorithm: what it looks for and what that is raised as, where it is bound, how often it looks, who changed it. */
export function DefinitionPanel({ definition, sampling, onChanged }: DefinitionPanelProps): ReactNode {
  const { t, language } = useWords();
  const mayWrite = useMayWriteAlgorithms();
  const [shown, setShown] = useState<'bind' | 'edit' | null>(null);
  const [bindings, setBindings] = useState(0);
  const { id, name, state, runs, revision, share } = definition;
  const { account } = useDesk();
  const isOurs = share.division?.startsWith(divisionPrefix(account.division)) ?? true;
  const hide = () => setShown(null);
  const changed = () => {
    setBindings(bindings + 1);
    onChanged();
  };
  return (
    <>
      <header className="panel-head" data-testid="definition" data-algorithm={id} data-state={state}>
        <div className="what">
          <h2>{name[language]}</h2>
          <p className="quiet-line">
            <code>{id}</code> · {name[language === 'zh' ? 'en' : 'zh']}
          </p>
        </div>
        <span className={state === 'runnable' ? 'chip strong' : 'chip'} title={t(`definition.stateHint.${state}`)}>
          {t(`definition.state.${state}`)}
        </span>
      </header>
      <div className="scroll">
        {mayWrite && (
          <div className="moves">
            {runs && (
              <button type="button" className="button primary" onClick={() => setShown('bind')}>
                {t('binding.bind')}
              </button>
            )}
            {revision > 0 && isOurs && (
              <button type="button" className="button" onClick={() => setShown('edit')}>
                {t('definition.edit')}
              </button>
            )}
            {revision > 0 && !isOurs && <p className="quiet-line">{t('definition.notOurs')}</p>}
          </div>
        )}
        <Facts definition={definition} />
        {sampling && <SamplingFacts sampling={sampling} />}
        <BindingList key={`${id} ${bindings}`} definition={definition} onChanged={changed} />
        {revision > 0 && <Revisions id={id} />}
      </div>
      {shown === 'bind' && <BindDialog definition={definition} onClose={hide} onBound={changed} />}
      {shown === 'edit' && <DefinitionForm before={definition} onClose={hide} onSaved={changed} />}
    </>
  );
}

function Facts({ definition }: { definition: AlgorithmDefinition }): ReactNode {
  const { t, language } = useWords();
  const nameOf = useNameOfDivision();
  const { runs, raises, share, licence, revision } = definition;
  const own: [string, ReactNode][] = [
    [t('definition.share'), t(`definition.scope.${share.scope}`)],
    [t('definition.owner'), share.owner],
    [t('definition.ownerDivision'), share.division === null ? t('definition.wholeSite') : nameOf(share.division)],
    [t('definition.licence'), licence || t('unknown')],
  ];
  const running: [string, ReactNode][] = runs
    ? [
        [t('definition.model'), runs.model],
        [t('definition.rule'), t(`rule.${runs.rule}`)],
        ...(runs.classes.length > 0 ? [[t('definition.classes'), runs.classes.join(', ')] as [string, string]] : []),
        [t('definition.dwell'), saySetting(runs.dwellMs, language)],
        [t('definition.threshold'), runs.threshold ?? t('definition.ownThreshold')],
        [t('definition.zone'), runs.zoneKind ? t(`zone.${runs.zoneKind}`) : t('definition.anywhere')],
        [t('definition.moves'), runs.movesAbout ? t('definition.yes') : t('definition.no')],
        [t('definition.sampling'), runs.samplePeriodMs === null ? t('definition.byRule') : `${runs.samplePeriodMs} ms`],
        [t('definition.regions'), t(`definition.region.${runs.zoneKind === null ? 'whole' : runs.regions}`)],
      ]
    : [];
  const class_: [string, ReactNode][] = raises
    ? [
        [t('definition.severity'), t(`severity.${raises.severity}`)],
        [t('definition.code'), `${raises.codeset} ${raises.code}`],
      ]
    : [];
  return (
    <section>
      <h3>{t('definition.what')}</h3>
      {revision === 0 && <p className="quiet-line">{t('definition.fromSite')}</p>}
      {runs === null && <p className="quiet-line">{t('definition.catalogueHint')}</p>}
      <FactList facts={[...running, ...class_, ...own]} />
    </section>
  );
}

/** How often it looks, beside how often it wants to: never hidden, also where it is as wanted. */
function SamplingFacts({ sampling }: { sampling: NonNullable<DefinitionPanelProps['sampling']> }): ReactNode {
  const { t } = useWords();
  const { wantedPeriodMs, achievedPeriodMs, slowestPeriodMs } = sampling;
  const seconds = (ms: number | null) => (ms === null ? t('budget.notMeasured') : `${(ms / 1000).toFixed(1)} s`);
  const isSlow = achievedPeriodMs !== null && achievedPeriodMs > STRETCHED_FROM * wantedPeriodMs;
  return (
    <section data-testid="sampling" data-slow={isSlow}>
      <h3>{t('budget.sampling')}</h3>
      <p>
        {isSlow && <FaultMark label="" />} {t('budget.wanted', { wanted: seconds(wantedPeriodMs) })} ·{' '}
        {t('budget.achieved', { achieved: seconds(achievedPeriodMs) })} ·{' '}
        {t('budget.slowest', { slowest: seconds(slowestPeriodMs) })}
      </p>
    </section>
  );
}

function Revisions({ id }: { id: string }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const { found } = useRead(REVISIONS, `/api/algorithms/${id}/revisions`, FOLLOWS_EVERY_MS);
  return (
    <section>
      <h3>{t('definition.revisions')}</h3>
      <ol className="history">
        {found?.items.map(({ revision, at, by }) => (
          <li key={revision} data-testid="revision">
            <time dateTime={at}>{sayMoment(at, site.timeZone)}</time>
            {t('definition.revision', { n: revision, by })}
          </li>
        ))}
      </ol>
    </section>
  );
}
