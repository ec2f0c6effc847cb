import { type FormEvent, lazy, type ReactNode, Suspense, useState } from 'react';
import { Officer, type OfficerArea } from '#engine/contract/officer.ts';
import { Choices } from '../design/choices.tsx';
import { Dialog } from '../design/dialog.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { useAction } from '../design/use-action.ts';
import { ask } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { readCounties } from '../map/counties.ts';
import { useOutlines } from '../map/use-outlines.ts';
import { useWords } from '../words/words.ts';

/** The map is large: what draws it is loaded when it is wanted. */
const AreaMap = lazy(() => import('../pool/area-map.tsx').then(({ AreaMap }) => ({ default: AreaMap })));

interface DutyDialogProps {
  officer: Officer;
  onClose: () => void;
  onDone: () => void;
}

/** What an officer is good at, and where they are to be: districts, and an area drawn on the map. */
export function DutyDialog({ officer, onClose, onDone }: DutyDialogProps): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const { outlines: counties } = useOutlines(readCounties);
  const [skills, setSkills] = useState<readonly string[]>(officer.skills);
  const [codes, setCodes] = useState(officer.areas.flatMap((area) => (area.kind === 'division' ? [area.code] : [])));
  const [corners, setCorners] = useState<[number, number][]>(
    () => officer.areas.flatMap((area) => (area.kind === 'polygon' ? [area.corners] : []))[0] ?? [],
  );
  const [onMap, setOnMap] = useState(false);
  const { busy, problem, start } = useAction(async () => {
    const areas: OfficerArea[] = codes.map((code) => ({ kind: 'division', code }));
    if (corners.length > 2) areas.push({ kind: 'polygon', corners });
    await ask(Officer, `/api/officers/${encodeURIComponent(officer.id)}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ skills, areas }),
    });
    onDone();
    onClose();
  });
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    start();
  };
  const rules = Object.keys(site.rules) as (keyof typeof site.rules)[];
  return (
    <Dialog title={t('officers.dutyTitle', { name: officer.displayName })} onClose={onClose}>
      <form className="body" onSubmit={submit}>
        <Choices
          legend={t('officers.skills')}
          options={rules.map((rule) => [rule, t(`rule.${rule}`)] as const)}
          chosen={skills}
          onChoose={setSkills}
        />
        <Choices
          legend={t('officers.areas')}
          options={(counties?.features ?? []).map(({ properties: { code, name } }) => [code, name] as const)}
          chosen={codes}
          onChoose={setCodes}
        />
        <div className="actions">
          <button type="button" className="button" aria-expanded={onMap} onClick={() => setOnMap(!onMap)}>
            {t(corners.length > 2 ? 'officers.polygon' : 'officers.draw')}
          </button>
          {corners.length > 2 && (
            <button type="button" className="button plain" onClick={() => setCorners([])}>
              {t('officers.noPolygon')}
            </button>
          )}
        </div>
        {onMap && (
          <Suspense fallback={<p className="quiet-line">{t('map.loading')}</p>}>
            <AreaMap corners={corners} onDraw={setCorners} />
          </Suspense>
        )}
        <p className="quiet-line">{t('officers.areasWhat')}</p>
        {problem && <ProblemNote problem={problem} kept />}
        <div className="actions">
          <button type="submit" className="button primary" disabled={busy}>
            {t('officers.submit')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
