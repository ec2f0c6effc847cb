import { type FormEvent, type ReactNode, useState } from 'react';
import { AlgorithmDefinition, AlgorithmModel } from '#engine/contract/algorithm-definition.ts';
import { RuleName, ZoneKind } from '#engine/contract/camera.ts';
import { divisionPrefix } from '#engine/contract/division.ts';
import { Choices } from '../design/choices.tsx';
import { Dialog } from '../design/dialog.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { TextField } from '../design/text-field.tsx';
import { useAction } from '../design/use-action.ts';
import { ask, listOf } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { useDivisions, useNameOfDivision } from '../pool/use-divisions.ts';
import { useWords } from '../words/words.ts';
import { bodyOf, type DefinitionDraft, draftOf } from './definition-draft.ts';
import { SelectField } from './select-field.tsx';
import { useRead } from './use-read.ts';

const MODELS = listOf(AlgorithmModel);
const FOLLOWS_EVERY_MS = 30_000;
const ID = /^[a-z0-9][a-z0-9-]{0,63}$/;
const SEVERITIES = ['critical', 'major', 'minor', 'info'] as const;
const SCOPES = ['province', 'city', 'county'] as const;

interface DefinitionFormProps {
  /** What is changed; absent: a new one is made. */
  before?: AlgorithmDefinition;
  onClose: () => void;
  onSaved: (id: string) => void;
}

/** An algorithm's model, what it looks for, and what that is raised as. */
export function DefinitionForm({ before, onClose, onSaved }: DefinitionFormProps): ReactNode {
  const { t, language } = useWords();
  const { account } = useDesk();
  const models = useRead(MODELS, '/api/algorithm-models', FOLLOWS_EVERY_MS);
  const [held, setDraft] = useState<DefinitionDraft>(() => ({
    ...draftOf(before, ''),
    ...(!before && { owner: account.department ?? '', division: account.division }),
  }));
  const draft = held.model === '' ? { ...held, model: models.found?.items[0]?.name ?? '' } : held;
  const set = (part: Partial<DefinitionDraft>) => setDraft({ ...draft, ...part });
  const body = bodyOf(draft);
  const idWrong = !before && draft.id !== '' && !ID.test(draft.id);
  const { busy, problem, start } = useAction(async () => {
    if (!body) return;
    const [method, path, sent] = before
      ? ['PATCH', `/api/algorithms/${before.id}`, { ...body, revision: before.revision }]
      : ['POST', '/api/algorithms', { ...body, id: draft.id }];
    const headers = { 'content-type': 'application/json' };
    const saved = await ask(AlgorithmDefinition, path as string, {
      method: method as string,
      headers,
      body: JSON.stringify(sent),
    });
    onSaved(saved.id);
    onClose();
  });
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    start();
  };
  const title = before ? t('definition.editTitle', { name: before.name[language] }) : t('definition.newTitle');
  return (
    <Dialog title={title} onClose={onClose} wide>
      <form className="definition-form" onSubmit={submit} noValidate data-testid="definition-form">
        <div className="columns">
          <Naming draft={draft} set={set} isNew={!before} idWrong={idWrong} />
          <Looking draft={draft} set={set} models={models.found?.items ?? []} />
        </div>
        {problem && <ProblemNote problem={problem} kept />}
        <div className="actions">
          <button type="button" className="button plain" onClick={onClose}>
            {t('cancel')}
          </button>
          <button
            type="submit"
            className="button primary"
            disabled={busy || body === null || idWrong || (!before && draft.id === '')}
          >
            {before ? t('definition.save') : t('definition.saveNew')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface PartProps {
  draft: DefinitionDraft;
  set: (part: Partial<DefinitionDraft>) => void;
}

function Naming({ draft, set, isNew, idWrong }: PartProps & { isNew: boolean; idWrong: boolean }): ReactNode {
  const { t } = useWords();
  const { account } = useDesk();
  const nameOf = useNameOfDivision();
  const own = useDivisions().map(({ code }) => code);
  const divisions = [
    ...new Set([draft.division, ...own.filter((code) => code.startsWith(divisionPrefix(account.division)))]),
  ];
  return (
    <div>
      {isNew && (
        <TextField
          label={t('definition.id')}
          value={draft.id}
          onChange={(id) => set({ id })}
          maxLength={64}
          wrong={idWrong ? t('definition.idWrong') : null}
          focusFirst
        />
      )}
      <TextField label={t('definition.nameZh')} value={draft.zh} onChange={(zh) => set({ zh })} maxLength={80} />
      <TextField label={t('definition.nameEn')} value={draft.en} onChange={(en) => set({ en })} maxLength={80} />
      <SelectField
        label={t('definition.severity')}
        value={draft.severity}
        options={SEVERITIES.map((one) => [one, t(`severity.${one}`)])}
        onChange={(severity) => set({ severity })}
      />
      <TextField
        label={t('definition.codeset')}
        value={draft.codeset}
        onChange={(codeset) => set({ codeset })}
        maxLength={80}
      />
      <TextField label={t('definition.code')} value={draft.code} onChange={(code) => set({ code })} maxLength={40} />
      <SelectField
        label={t('definition.share')}
        value={draft.scope}
        options={SCOPES.map((one) => [one, t(`definition.scope.${one}`)])}
        onChange={(scope) => set({ scope })}
      />
      <TextField
        label={t('definition.owner')}
        value={draft.owner}
        onChange={(owner) => set({ owner })}
        maxLength={80}
      />
      <SelectField
        label={t('definition.ownerDivision')}
        value={draft.division}
        options={divisions.map((code) => [code, code === '' ? t('definition.wholeSite') : nameOf(code)])}
        onChange={(division) => set({ division })}
      />
      <TextField
        label={t('definition.licence')}
        value={draft.licence}
        onChange={(licence) => set({ licence })}
        maxLength={200}
      />
    </div>
  );
}

function Looking({ draft, set, models }: PartProps & { models: readonly AlgorithmModel[] }): ReactNode {
  const { t } = useWords();
  const isAny = draft.rule === 'object-present';
  const labels = models.find(({ name }) => name === draft.model)?.labels ?? null;
  return (
    <div>
      <SelectField
        label={t('definition.model')}
        value={draft.model}
        options={models.map(({ name, runs }) => [
          name,
          runs ? t('definition.model_runs', { name }) : t('definition.model_waits', { name }),
        ])}
        onChange={(model) => set({ model, classes: [] })}
      />
      <SelectField
        label={t('definition.rule')}
        value={draft.rule}
        options={RuleName.options.toReversed().map((rule) => [rule, t(`rule.${rule}`)])}
        onChange={(rule) => set({ rule })}
      />
      {isAny && (
        <>
          <Choices
            legend={t('definition.classesOf')}
            none={t('definition.classesUnknown')}
            options={labels?.map((label) => [label, label]) ?? []}
            chosen={draft.classes}
            onChoose={(classes) => set({ classes })}
          />
          <SelectField
            label={t('definition.zone')}
            value={draft.zoneKind}
            options={[
              ['', t('definition.anywhere')],
              ...ZoneKind.options.toReversed().map((kind) => [kind, t(`zone.${kind}`)] as const),
            ]}
            onChange={(zoneKind) => set({ zoneKind })}
          />
          <label className="tick">
            <input
              type="checkbox"
              checked={draft.movesAbout}
              onChange={(happening) => set({ movesAbout: happening.target.checked })}
            />
            {t('definition.movesAbout')}
          </label>
        </>
      )}
      <TextField
        label={t('definition.dwellField')}
        value={draft.dwellS}
        onChange={(dwellS) => set({ dwellS })}
        type="number"
      />
      <TextField
        label={t('definition.thresholdField')}
        value={draft.threshold}
        onChange={(threshold) => set({ threshold })}
        type="number"
      />
      <TextField
        label={t('definition.samplingField')}
        value={draft.samplePeriodMs}
        onChange={(samplePeriodMs) => set({ samplePeriodMs })}
        type="number"
      />
      {!(isAny && draft.zoneKind === '') && (
        <SelectField
          label={t('definition.regions')}
          value={draft.regions}
          options={[
            ['zones', t('definition.region.zones')],
            ['whole', t('definition.region.whole')],
          ]}
          onChange={(regions) => set({ regions })}
        />
      )}
    </div>
  );
}
