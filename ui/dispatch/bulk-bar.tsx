import { type ReactNode, useState } from 'react';
import type { Case } from '#engine/contract/case.ts';
import { CaseEntryOutcomes } from '#engine/contract/case-filter.ts';
import { CASE_STEPS, mayFollow, mustSayWhy } from '#engine/contract/case-steps.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { TextField } from '../design/text-field.tsx';
import { useAction } from '../design/use-action.ts';
import { post } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { UnitField } from './unit-field.tsx';

/** What is done with several cases at once: where each needs words of its own, it is done one by one. */
const AT_ONCE = ['assigned', 'noted', 'supervised', 'voided'] as const;
type AtOnce = (typeof AT_ONCE)[number];

interface BulkBarProps {
  chosen: readonly Case[];
  onClear: () => void;
}

/** The same step with all cases that are ticked; those that it does not fit are told beforehand, and refused one by one. */
export function BulkBar({ chosen, onClear }: BulkBarProps): ReactNode {
  const { t } = useWords();
  const { account } = useDesk();
  const [kind, setKind] = useState<AtOnce>('assigned');
  const [unitId, setUnitId] = useState('');
  const [note, setNote] = useState('');
  const [refused, setRefused] = useState<CaseEntryOutcomes['items']>([]);
  const approves = account.roles.includes('administrator');
  const kinds = AT_ONCE.filter((one) => CASE_STEPS[one].by !== 'approve' || approves);
  const fitting = chosen.filter((one) => mayFollow(one, kind));
  const needsUnit = CASE_STEPS[kind].needs.includes('unit');
  const needsNote = fitting.some((one) => mustSayWhy(one, kind, one.presence === 'standing'));
  const incomplete = fitting.length === 0 || (needsUnit && unitId === '') || (needsNote && note.trim() === '');
  const { busy, problem, start } = useAction(async () => {
    const entry = { kind, note: note.trim(), ...(needsUnit && { unitId }) };
    const caseIds = fitting.map(({ id }) => id);
    const { items } = await post(CaseEntryOutcomes, '/api/case-entries', { caseIds, entry });
    const not = items.filter((item) => item.problem !== null);
    setRefused(not);
    setNote('');
    if (not.length === 0) onClear();
  });
  return (
    <section className="bulk-bar" aria-label={t('queue.several')} data-testid="bulk-bar">
      <p>
        <b>{t('queue.ticked', { count: chosen.length })}</b>{' '}
        {fitting.length < chosen.length && (
          <span className="quiet-line">{t('queue.notFitting', { count: chosen.length - fitting.length })}</span>
        )}
        <button type="button" className="button plain" onClick={onClear}>
          {t('queue.untick')}
        </button>
      </p>
      <div className="tabs" role="radiogroup" aria-label={t('dispatch.act')}>
        {kinds.map((one) => (
          // biome-ignore lint/a11y/useSemanticElements: looks like the other tabs, which are buttons
          <button key={one} type="button" role="radio" aria-checked={one === kind} onClick={() => setKind(one)}>
            {t(`dispatch.step.${one}`)}
          </button>
        ))}
      </div>
      {needsUnit && <UnitField value={unitId} onChange={setUnitId} wrong={null} />}
      <TextField
        label={needsNote ? t('dispatch.reason') : t('dispatch.note')}
        value={note}
        onChange={setNote}
        lines={1}
        required={needsNote}
        wrong={null}
      />
      {problem && <ProblemNote problem={problem} kept />}
      {refused.map(
        (item) => item.problem && <ProblemNote key={item.caseId} problem={{ ...item.problem, got: item.caseId }} />,
      )}
      <button
        type="button"
        className="button primary"
        disabled={busy || incomplete}
        data-testid="do-bulk"
        onClick={start}
      >
        {t('queue.do', { step: t(`dispatch.step.${kind}`), count: fitting.length })}
      </button>
    </section>
  );
}
