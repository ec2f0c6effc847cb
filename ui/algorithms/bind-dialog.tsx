import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { BindingForecast } from '#engine/contract/algorithm-budget.ts';
import {
  AlgorithmBound,
  type AlgorithmDefinition,
  type BindingQuestion,
  type BoundDays,
} from '#engine/contract/algorithm-definition.ts';
import { shareReach } from '#engine/contract/division.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { Choices } from '../design/choices.tsx';
import { Dialog } from '../design/dialog.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { TextField } from '../design/text-field.tsx';
import { useAction } from '../design/use-action.ts';
import { ask, asProblem, post } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { useDivisions, useNameOfDivision } from '../pool/use-divisions.ts';
import { useLibraries } from '../pool/use-libraries.ts';
import { useWords } from '../words/words.ts';
import { CameraField } from './camera-field.tsx';
import { Forecast } from './forecast.tsx';

const TYPED_OUT_MS = 300;
const SPAN = /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

interface BindDialogProps {
  definition: AlgorithmDefinition;
  onClose: () => void;
  onBound: () => void;
}

/**
 * Where and when an algorithm is to watch, of what it is shared with; how many cameras that is and what it costs is said before
 * it is done.
 */
export function BindDialog({ definition, onClose, onBound }: BindDialogProps): ReactNode {
  const { t, language } = useWords();
  const [reach, setReach] = useState<BindingQuestion>({ cameras: [], libraries: [], divisions: [] });
  const [hours, setHours] = useState('');
  const [days, setDays] = useState<BoundDays | ''>('');
  const [reason, setReason] = useState('');
  const [pressed, setPressed] = useState(false);
  const libraries = useLibraries();
  const divisions = useDivisions();
  const nameOf = useNameOfDivision();
  const { site } = useDesk();
  const shared = shareReach(definition.share);
  const within = nameOf(shared.padEnd(6, '0'));
  const closedAt = (code: string) => (code.startsWith(shared) ? undefined : t('binding.beyondShare'));
  const spans = hours.split(/[,，、\s]+/).filter((span) => span !== '');
  const hoursWrong = spans.some((span) => !SPAN.test(span));
  const isEmpty = reach.cameras.length + reach.libraries.length + reach.divisions.length === 0;
  const counted = useForecast(definition.id, isEmpty ? null : JSON.stringify(reach));
  const stretched = (counted.forecast?.stretch ?? 1) > 1;
  const zone = definition.runs?.zoneKind;
  const { busy, problem, start } = useAction(async () => {
    const wanted = { ...reach, hours: spans.length > 0 ? spans : null, days: days || null, reason: reason.trim() };
    await post(AlgorithmBound, `/api/algorithms/${definition.id}/bindings`, wanted);
    onBound();
    onClose();
  });
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    setPressed(true);
    if (!isEmpty && !hoursWrong && reason.trim() !== '') start();
  };
  return (
    <Dialog title={t('binding.bindTitle', { name: definition.name[language] })} onClose={onClose} wide>
      <form className="bind" onSubmit={submit} noValidate data-testid="bind">
        <p className="quiet-line" data-testid="share">
          {shared === ''
            ? t('binding.sharedEverywhere', { scope: t(`definition.scope.${definition.share.scope}`) })
            : t('binding.sharedWithin', { scope: t(`definition.scope.${definition.share.scope}`), within })}
        </p>
        <div className="columns">
          <div>
            <Choices
              legend={t('binding.divisions')}
              options={divisions.map(({ code, name }) => [code, name, closedAt(code)])}
              chosen={reach.divisions}
              onChoose={(chosen) => setReach({ ...reach, divisions: chosen })}
            />
            <Choices
              legend={t('binding.libraries')}
              none={t('binding.noLibraries')}
              options={
                libraries.found?.items.map(({ id, name, cameras, division }) => [
                  id,
                  `${name} (${cameras})`,
                  closedAt(division),
                ]) ?? []
              }
              chosen={reach.libraries}
              onChoose={(chosen) => setReach({ ...reach, libraries: chosen })}
            />
          </div>
          <CameraField
            closedIn={(county) => closedAt(county?.code ?? site.division)}
            chosen={reach.cameras}
            onChoose={(chosen) => setReach({ ...reach, cameras: chosen })}
          />
        </div>
        <div className="columns">
          <TextField
            label={t('binding.hours')}
            value={hours}
            onChange={setHours}
            wrong={hoursWrong ? t('binding.hoursWrong') : null}
          />
          <div className="field">
            <label htmlFor="bind-days">{t('binding.days')}</label>
            <select
              id="bind-days"
              value={days}
              title={t('binding.daysHint')}
              onChange={(happening) => setDays(happening.target.value as BoundDays | '')}
            >
              <option value="">{t('binding.day.all')}</option>
              <option value="workdays">{t('binding.day.workdays')}</option>
              <option value="restdays">{t('binding.day.restdays')}</option>
            </select>
            <span className="quiet-line">{t('binding.daysHint')}</span>
          </div>
        </div>
        <TextField
          label={t('binding.reason')}
          value={reason}
          onChange={setReason}
          maxLength={500}
          required
          wrong={pressed && reason.trim() === '' ? t('algorithms.reasonNeeded') : null}
        />
        {zone && <p className="quiet-line">{t('binding.needZones', { zone: t(`zone.${zone}`) })}</p>}
        <Forecast isEmpty={isEmpty} forecast={counted.forecast} problem={counted.problem} />
        {problem && <ProblemNote problem={problem} kept />}
        <div className="actions">
          <button type="button" className="button plain" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className="button primary" disabled={busy || isEmpty || counted.forecast === null}>
            {stretched ? t('binding.submitStretched') : t('binding.submit')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** What the binding would reach and cost, asked when choosing rests; null while it is not known. */
function useForecast(algorithm: string, body: string | null) {
  const [counted, setCounted] = useState<{
    of: string | null;
    forecast: BindingForecast | null;
    problem: Problem | null;
  }>({ of: null, forecast: null, problem: null });
  useEffect(() => {
    if (body === null) return;
    const stop = new AbortController();
    const headers = { 'content-type': 'application/json' };
    const timer = setTimeout(() => {
      const asked = { method: 'POST', headers, body, signal: stop.signal };
      ask(BindingForecast, `/api/algorithms/${algorithm}/reach`, asked).then(
        (forecast) => setCounted({ of: body, forecast, problem: null }),
        (error) => stop.signal.aborted || setCounted({ of: body, forecast: null, problem: asProblem(error) }),
      );
    }, TYPED_OUT_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [algorithm, body]);
  return counted.of === body ? counted : { forecast: null, problem: null };
}
