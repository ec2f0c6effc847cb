import { type ReactNode, type RefObject, useEffect, useId, useState } from 'react';
import { z } from 'zod';
import type { Case } from '#engine/contract/case.ts';
import { type CaseFilter, SavedFilter } from '#engine/contract/case-filter.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { useAction } from '../design/use-action.ts';
import { SEVERITIES } from '../live/alert-order.ts';
import { ask, listOf, post } from '../live/ask.ts';
import { useCity } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { isNarrow, NO_FILTER } from './case-filter.ts';
import { useClassName } from './class-name.ts';

interface FilterBarProps {
  filter: CaseFilter;
  /** Of which the choices are made. */
  cases: readonly Case[];
  onFilter: (filter: CaseFilter) => void;
  searchRef: RefObject<HTMLInputElement | null>;
}

const LAMPS = ['red', 'yellow', 'green', 'paused', 'none'] as const;

/** What of the queue is looked at, and the filters that one has kept. */
export function FilterBar({ filter, cases, onFilter, searchRef }: FilterBarProps): ReactNode {
  const { t } = useWords();
  const { units } = useCity();
  const set = (change: Partial<CaseFilter>) => onFilter({ ...filter, ...change });
  const counties = new Map(cases.flatMap(({ county }) => (county ? [[county.code, county.name] as const] : [])));
  const nameOf = useClassName();
  const classes = new Map(cases.map((one) => [`${one.codeset} ${one.code}`, nameOf(one)]));
  return (
    <form className="filter-bar" onSubmit={(submitted) => submitted.preventDefault()}>
      <input
        ref={searchRef}
        type="search"
        value={filter.text}
        placeholder={t('queue.search')}
        aria-label={t('queue.search')}
        data-testid="case-search"
        onChange={({ target }) => set({ text: target.value })}
        onKeyDown={({ key, currentTarget }) => key === 'Escape' && currentTarget.blur()}
      />
      <Choice
        name={t('queue.lamp')}
        value={filter.lamp}
        choices={LAMPS.map((lamp) => [lamp, t(`dispatch.lamp.${lamp}`)])}
        onChoose={(lamp) => set({ lamp: lamp as CaseFilter['lamp'] })}
      />
      <Choice
        name={t('queue.severity')}
        value={filter.severity}
        choices={SEVERITIES.map((severity) => [severity, t(`severity.${severity}`)])}
        onChoose={(severity) => set({ severity: severity as CaseFilter['severity'] })}
      />
      <Choice
        name={t('appraisal.by.class')}
        value={filter.class}
        choices={[...classes]}
        onChoose={(chosen) => set({ class: chosen })}
      />
      <Choice
        name={t('appraisal.by.county')}
        value={filter.county}
        choices={[...counties]}
        onChoose={(county) => set({ county })}
      />
      <Choice
        name={t('appraisal.by.unit')}
        value={filter.unit}
        choices={[
          ['none', t('dispatch.noUnit')],
          ...[...units.values()].map(({ id, name }): [string, string] => [id, name]),
        ]}
        onChoose={(unit) => set({ unit })}
      />
      {isNarrow(filter) && (
        <button type="button" className="button plain" onClick={() => onFilter(NO_FILTER)}>
          {t('queue.clear')}
        </button>
      )}
      <SavedFilters filter={filter} onFilter={onFilter} />
    </form>
  );
}

interface ChoiceProps {
  name: string;
  value: string;
  choices: readonly (readonly [value: string, name: string])[];
  onChoose: (value: string) => void;
}

function Choice({ name, value, choices, onChoose }: ChoiceProps): ReactNode {
  const { t } = useWords();
  const known = value === '' || choices.some(([one]) => one === value);
  return (
    <select
      value={value}
      aria-label={name}
      className={value ? 'narrow' : undefined}
      onChange={({ target }) => onChoose(target.value)}
    >
      <option value="">{t('queue.every', { name })}</option>
      {!known && <option value={value}>{value}</option>}
      {choices.map(([one, said]) => (
        <option key={one} value={one}>
          {said}
        </option>
      ))}
    </select>
  );
}

const Filters = listOf(SavedFilter);

function SavedFilters({ filter, onFilter }: Pick<FilterBarProps, 'filter' | 'onFilter'>): ReactNode {
  const { t } = useWords();
  const id = useId();
  const [kept, setKept] = useState<readonly SavedFilter[]>([]);
  const [name, setName] = useState<string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    ask(Filters, '/api/saved-filters', { signal: stop.signal }).then(
      ({ items }) => setKept(items),
      () => undefined,
    );
    return () => stop.abort();
  }, []);
  const chosen = kept.find((one) => JSON.stringify(one.filter) === JSON.stringify(filter));
  const keeping = useAction(async () => {
    if (!name?.trim()) return;
    const saved = await post(SavedFilter, '/api/saved-filters', { name: name.trim(), filter });
    setKept((before) =>
      [...before.filter((one) => one.id !== saved.id), saved].sort((a, b) => a.name.localeCompare(b.name)),
    );
    setName(null);
  });
  const removing = useAction(async () => {
    if (!chosen) return;
    await ask(z.undefined(), `/api/saved-filters/${chosen.id}`, { method: 'DELETE' });
    setKept((before) => before.filter((one) => one !== chosen));
  });
  const problem = keeping.problem ?? removing.problem;
  return (
    <>
      {kept.length > 0 && (
        <select
          value={chosen?.id ?? ''}
          aria-label={t('queue.saved')}
          data-testid="saved-filters"
          onChange={({ target }) => onFilter(kept.find((one) => one.id === target.value)?.filter ?? NO_FILTER)}
        >
          <option value="">{t('queue.saved')}</option>
          {kept.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      )}
      {chosen && (
        <button type="button" className="button plain" disabled={removing.busy} onClick={removing.start}>
          {t('queue.forget', { name: chosen.name })}
        </button>
      )}
      {isNarrow(filter) && !chosen && name === null && (
        <button type="button" className="button plain" onClick={() => setName('')}>
          {t('queue.keep')}
        </button>
      )}
      {name !== null && (
        <span className="keep-filter">
          <label htmlFor={id}>{t('queue.name')}</label>
          <input id={id} value={name} maxLength={40} onChange={({ target }) => setName(target.value)} />
          <button type="button" className="button" disabled={keeping.busy || !name.trim()} onClick={keeping.start}>
            {t('queue.keep')}
          </button>
        </span>
      )}
      {problem && <ProblemNote problem={problem} kept />}
    </>
  );
}
