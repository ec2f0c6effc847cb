import type { AlgorithmDefinition, DefinitionBody } from '#engine/contract/algorithm-definition.ts';
import { ZONE_KIND_OF_RULE } from '#engine/contract/camera.ts';

type Runs = NonNullable<DefinitionBody['runs']>;
type Raises = NonNullable<DefinitionBody['raises']>;

/** What stands in the fields of the form: numbers as they were typed. */
export interface DefinitionDraft {
  id: string;
  zh: string;
  en: string;
  model: string;
  rule: Runs['rule'];
  classes: string[];
  dwellS: string;
  threshold: string;
  /** '': anywhere. */
  zoneKind: NonNullable<Runs['zoneKind']> | '';
  movesAbout: boolean;
  samplePeriodMs: string;
  regions: Runs['regions'];
  severity: Raises['severity'];
  codeset: string;
  code: string;
  scope: DefinitionBody['share']['scope'];
  owner: string;
  /** '': the whole site's. */
  division: string;
  licence: string;
}

export function draftOf(before: AlgorithmDefinition | undefined, model: string): DefinitionDraft {
  const { runs = null, raises = null } = before ?? {};
  return {
    id: before?.id ?? '',
    zh: before?.name.zh ?? '',
    en: before?.name.en ?? '',
    model: runs?.model ?? model,
    rule: runs?.rule ?? 'object-present',
    classes: runs?.classes ?? [],
    dwellS: runs ? String(runs.dwellMs / 1000) : '30',
    threshold: runs?.threshold ? String(runs.threshold) : '',
    zoneKind: runs ? (runs.zoneKind ?? '') : 'watch',
    movesAbout: runs?.movesAbout ?? false,
    samplePeriodMs: runs?.samplePeriodMs ? String(runs.samplePeriodMs) : '',
    regions: runs?.regions ?? 'zones',
    severity: raises?.severity ?? 'minor',
    codeset: raises?.codeset ?? 'CJ/T 214',
    code: raises?.code ?? '',
    scope: before?.share.scope ?? 'county',
    owner: before?.share.owner ?? '',
    division: before?.share.division ?? '',
    licence: before?.licence ?? '',
  };
}

/** What is sent; null: something is missing or no number. A shipped rule knows its own classes and zones. */
export function bodyOf(draft: DefinitionDraft): DefinitionBody | null {
  const dwellMs = Math.round(Number(draft.dwellS) * 1000);
  const threshold = draft.threshold.trim() === '' ? null : Number(draft.threshold);
  const samplePeriodMs = draft.samplePeriodMs.trim() === '' ? null : Number(draft.samplePeriodMs);
  const isAny = draft.rule === 'object-present';
  const numbers = [dwellMs, threshold ?? 0, samplePeriodMs ?? 0];
  const texts = [draft.zh, draft.en, draft.model, draft.codeset, draft.code, draft.owner];
  if (numbers.some((number) => !Number.isFinite(number) || number < 0)) return null;
  if (texts.some((text) => text.trim() === '') || draft.dwellS.trim() === '') return null;
  if (isAny && draft.classes.length === 0) return null;
  return {
    name: { zh: draft.zh, en: draft.en },
    runs: {
      model: draft.model,
      rule: draft.rule,
      classes: isAny ? draft.classes : [],
      dwellMs,
      threshold,
      zoneKind: isAny ? draft.zoneKind || null : ZONE_KIND_OF_RULE[draft.rule],
      movesAbout: isAny && draft.movesAbout,
      samplePeriodMs,
      regions: draft.regions,
    },
    raises: { severity: draft.severity, codeset: draft.codeset, code: draft.code },
    share: { scope: draft.scope, owner: draft.owner, division: draft.division || null },
    licence: draft.licence,
  };
}
