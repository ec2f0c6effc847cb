import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { PoolCounts } from '#engine/contract/camera-pool.ts';
import { type Library, LibraryCount, LibraryDetail, type LibraryMaking } from '#engine/contract/library.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { go, poolAddress } from '../addresses.ts';
import { Choices } from '../design/choices.tsx';
import { Dialog } from '../design/dialog.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { TextField } from '../design/text-field.tsx';
import { useAction } from '../design/use-action.ts';
import { ask, asProblem, post } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { AreaField } from './area-field.tsx';
import { type Draft, draftOf, emptyDraft, readDraft } from './library-draft.ts';
import { useReadAnew } from './use-libraries.ts';

interface LibraryFormProps {
  /** What is edited; absent: a new one is made. */
  before?: { library: Library; making: LibraryMaking };
  onClose: () => void;
}

/** A library's name and rule; how many cameras it will hold is told before it is saved. */
export function LibraryForm({ before, onClose }: LibraryFormProps): ReactNode {
  const { t } = useWords();
  const { account } = useDesk();
  const [draft, setDraft] = useState<Draft>(() => (before ? draftOf(before) : emptyDraft(account.department)));
  const set = (part: Partial<Draft>) => setDraft((held) => ({ ...held, ...part }));
  const { found: counts } = useReadAnew(PoolCounts, '/api/camera-pool-counts');
  const { body, areaWrong } = useMemo(() => readDraft(draft), [draft]);
  const owner = before
    ? { division: before.library.division, department: before.library.department }
    : { department: draft.department.trim() || null };
  const counted = useCount(areaWrong === null ? JSON.stringify({ ...body, ...owner }) : null);
  const saving = useAction(async () => {
    const { name, description } = draft;
    const whole = { name, description, ...body };
    const saved = before
      ? await ask(LibraryDetail, `/api/libraries/${before.library.id}`, {
          method: 'PATCH',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(whole),
        })
      : await post(LibraryDetail, '/api/libraries', { ...whole, ...owner });
    onClose();
    go(poolAddress(null, saved.library.id));
  });
  const problem = saving.problem ?? counted.problem;
  return (
    <Dialog title={before ? t('library.editTitle') : t('library.createTitle')} onClose={onClose} wide>
      <div className="library-form" data-testid="library-form">
        <div className="columns">
          <div>
            <TextField
              label={t('library.name')}
              value={draft.name}
              onChange={(name) => set({ name })}
              maxLength={80}
              required
              focusFirst
            />
            <TextField
              label={t('library.description')}
              value={draft.description}
              onChange={(description) => set({ description })}
              lines={2}
            />
            {!before && account.department === null && (
              <TextField
                label={t('library.ownDepartment')}
                value={draft.department}
                onChange={(department) => set({ department })}
                maxLength={64}
              />
            )}
            <TextField
              label={t('library.addedField')}
              value={draft.added}
              onChange={(added) => set({ added })}
              lines={3}
              maxLength={400_000}
            />
            <TextField
              label={t('library.removedField')}
              value={draft.removed}
              onChange={(removed) => set({ removed })}
              lines={3}
              maxLength={400_000}
            />
          </div>
          <div>
            <p className="quiet-line">{t('library.ruleHint')}</p>
            <TextField label={t('library.tagsField')} value={draft.tags} onChange={(tags) => set({ tags })} />
            <Choices
              legend={t('library.departments')}
              options={withChosen(
                counts?.byDepartment.map(({ department }) => [department, department]) ?? [],
                draft.departments,
              )}
              chosen={draft.departments}
              onChoose={(departments) => set({ departments })}
            />
            <Choices
              legend={t('library.divisions')}
              options={withChosen(
                counts?.byCounty.flatMap(({ county }) => (county ? [[county.code, county.name]] : [])) ?? [],
                draft.counties,
              )}
              chosen={draft.counties}
              onChoose={(counties) => set({ counties })}
            />
            <TextField
              label={t('library.townships')}
              value={draft.townships}
              onChange={(townships) => set({ townships })}
            />
            <div className="field">
              <label htmlFor="library-inspection">{t('library.inspectionField')}</label>
              <select
                id="library-inspection"
                value={draft.inspection}
                onChange={(happening) => set({ inspection: happening.target.value as Draft['inspection'] })}
              >
                <option value="">{t('library.any')}</option>
                <option value="yes">{t('library.inspectionYes')}</option>
                <option value="no">{t('library.inspectionNo')}</option>
              </select>
            </div>
          </div>
        </div>
        <AreaField
          value={draft.area}
          wrong={areaWrong === null ? null : t('library.areaUnreadable', { why: areaWrong })}
          onChange={(area) => set({ area })}
        />
        {problem && <ProblemNote problem={problem} kept />}
        <div className="actions">
          <p role="status" className="count" data-testid="library-count">
            {counted.cameras === null
              ? counted.problem || areaWrong
                ? ''
                : t('library.counting')
              : t('library.willHold', { count: counted.cameras })}
          </p>
          <button
            type="button"
            className="button primary"
            disabled={saving.busy || draft.name.trim() === '' || counted.cameras === null}
            onClick={saving.start}
          >
            {t('library.save')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

const TYPED_OUT_MS = 300;

/** How many cameras the draft would hold, asked when typing rests; null while it is not known. */
function useCount(body: string | null): { cameras: number | null; problem: Problem | null } {
  const [counted, setCounted] = useState<{ of: string | null; cameras: number | null; problem: Problem | null }>({
    of: null,
    cameras: null,
    problem: null,
  });
  useEffect(() => {
    if (body === null) return;
    const stop = new AbortController();
    const headers = { 'content-type': 'application/json' };
    const timer = setTimeout(() => {
      ask(LibraryCount, '/api/library-counts', { method: 'POST', headers, body, signal: stop.signal }).then(
        ({ cameras }) => setCounted({ of: body, cameras, problem: null }),
        (error) => stop.signal.aborted || setCounted({ of: body, cameras: null, problem: asProblem(error) }),
      );
    }, TYPED_OUT_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [body]);
  return counted.of === body ? counted : { cameras: null, problem: null };
}

/** What the draft has chosen is offered too, though no camera is of it now. */
function withChosen(options: readonly string[][], chosen: readonly string[]): [string, string][] {
  const known = new Set(options.map(([key]) => key));
  const rest = chosen.filter((key) => !known.has(key)).map((key) => [key, key]);
  return [...options, ...rest].map(([key, name]) => [key ?? '', name ?? '']);
}
