import type { ReactNode } from 'react';
import { CaseState } from '#engine/contract/case.ts';
import { BEGINNINGS, CASE_STEPS, type CaseStep, type NewEntryKind } from '#engine/contract/case-steps.ts';
import { dispatchAddress, follow, go } from '../addresses.ts';
import { Header } from '../header/header.tsx';
import { useKeys } from '../header/use-keys.ts';
import { useWords } from '../words/words.ts';
import './case-rules.css';
import { MachineDrawing } from './machine-drawing.tsx';

const KINDS = Object.keys(CASE_STEPS) as NewEntryKind[];
const STATES = CaseState.options;

/** How a case goes, from the very table that the engine goes by: drawn, and as a table that can be read aloud. */
export function MachinePage(): ReactNode {
  const { t } = useWords();
  useKeys({ escape: () => go(dispatchAddress()) });
  return (
    <div className="case-rules" data-testid="machine">
      <Header />
      <main>
        <section className="surface" aria-labelledby="machine-title">
          <header className="list-head">
            <h2 id="machine-title">{t('caseLoop.machine')}</h2>
            <a className="button" href={dispatchAddress()} onClick={follow}>
              {t('caseRules.back')}
            </a>
          </header>
          <p className="quiet-line what">{t('caseLoop.machineWhat')}</p>
          <MachineDrawing />
          <div className="wide-table">
            <table>
              <thead>
                <tr>
                  <th scope="col">{t('caseLoop.machineStep')}</th>
                  <th scope="col">{t('caseLoop.machineFrom')}</th>
                  <th scope="col">{t('caseLoop.machineTo')}</th>
                  <th scope="col">{t('caseLoop.machineWho')}</th>
                  <th scope="col">{t('caseLoop.machineNeeds')}</th>
                  <th scope="col">{t('caseLoop.machineClocks')}</th>
                </tr>
              </thead>
              <tbody>
                {(['reported', 'opened'] as const).map((kind) => (
                  <tr key={kind}>
                    <th scope="row">{t(`dispatch.step.${kind}`)}</th>
                    <td>{t('caseLoop.machineBegins')}</td>
                    <td>{t(`dispatch.state.${BEGINNINGS[kind].to}`)}</td>
                    <td>{t('caseLoop.alone')}</td>
                    <td>{t('caseLoop.machineNothing')}</td>
                    <Clocks clocks={BEGINNINGS[kind].clocks} />
                  </tr>
                ))}
                {KINDS.map((kind) => (
                  <StepRow key={kind} kind={kind} step={CASE_STEPS[kind]} />
                ))}
              </tbody>
            </table>
          </div>
        </section>
      </main>
    </div>
  );
}

function StepRow({ kind, step }: { kind: NewEntryKind; step: CaseStep }): ReactNode {
  const { t, language } = useWords();
  const list = new Intl.ListFormat(language);
  const { from, to, by, alone, needs, whileSuspended, clocks } = step;
  const all = from.length === STATES.length;
  return (
    <tr>
      <th scope="row">{t(`dispatch.step.${kind}`)}</th>
      <td>
        {all ? t('caseRules.everyState') : list.format(from.map((state) => t(`dispatch.state.${state}`)))}
        {whileSuspended !== 'never' && (
          <span className="quiet-line"> {t(`caseLoop.whileSuspended.${whileSuspended}`)}</span>
        )}
      </td>
      <td>{to ? t(`dispatch.state.${to}`) : <span className="quiet-line">{t('caseLoop.machineStays')}</span>}</td>
      <td>
        {t(`caseLoop.who.${by}`)}
        {!alone && <span className="quiet-line"> {t('caseLoop.alone')}</span>}
      </td>
      <td>
        {needs.length > 0
          ? list.format(needs.map((need) => t(`caseLoop.needs.${need}`)))
          : t('caseLoop.machineNothing')}
      </td>
      <Clocks clocks={clocks} />
    </tr>
  );
}

function Clocks({ clocks }: { clocks: CaseStep['clocks'] }): ReactNode {
  const { t } = useWords();
  const effects = Object.entries(clocks) as [keyof CaseStep['clocks'], NonNullable<CaseStep['clocks']['handle']>][];
  return (
    <td>
      {effects.length === 0 && t('caseLoop.machineNothing')}
      {effects.map(([stage, effect]) => (
        <span key={stage} className="clock-effect">
          {t('caseLoop.clock', { stage: t(`dispatch.stage.${stage}`), effect: t(`caseLoop.effect.${effect}`) })}
        </span>
      ))}
    </td>
  );
}
