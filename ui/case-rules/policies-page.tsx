import { type ReactNode, useState } from 'react';
import { CaseOpening, ControlArea } from '#engine/contract/case-policy.ts';
import { dispatchAddress, follow, go } from '../addresses.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { Header } from '../header/header.tsx';
import { useKeys } from '../header/use-keys.ts';
import { useDesk } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { AreaForm } from './area-form.tsx';
import { AreaItem } from './area-item.tsx';
import './case-rules.css';
import { OpeningRow } from './opening-row.tsx';
import { useList } from './use-list.ts';
import { WebhooksSection } from './webhooks-section.tsx';

/** What becomes a case by itself, where nothing is raised, and which programs are told of what happens. */
export function PoliciesPage(): ReactNode {
  const { t } = useWords();
  const { account } = useDesk();
  const mayWrite = account.roles.includes('administrator');
  const openings = useList(CaseOpening, '/api/case-openings');
  const areas = useList(ControlArea, '/api/control-areas?state=all');
  const [drawing, setDrawing] = useState(false);
  useKeys({ escape: () => go(dispatchAddress()) });
  return (
    <div className="case-rules" data-testid="policies">
      <Header />
      <main>
        <section className="surface" aria-labelledby="openings-title">
          <header className="list-head">
            <h2 id="openings-title">{t('caseRules.openings')}</h2>
            <a className="button" href={dispatchAddress()} onClick={follow}>
              {t('caseRules.back')}
            </a>
          </header>
          <p className="quiet-line what">{t('caseRules.openingsWhat')}</p>
          {openings.problem && <ProblemNote problem={openings.problem} />}
          {!openings.items && !openings.problem && <p className="waiting quiet-line">{t('loading')}</p>}
          <ul className="openings">
            {openings.items?.map((opening) => (
              <OpeningRow
                key={`${opening.rule} ${opening.algorithm}`}
                opening={opening}
                mayWrite={mayWrite}
                onSet={openings.again}
              />
            ))}
          </ul>
        </section>
        <section className="surface" aria-labelledby="areas-title">
          <header className="list-head">
            <h2 id="areas-title">{t('caseRules.areas')}</h2>
            {mayWrite && (
              <button type="button" className="button" aria-expanded={drawing} onClick={() => setDrawing(!drawing)}>
                {t(drawing ? 'cancel' : 'caseRules.newArea')}
              </button>
            )}
          </header>
          <p className="quiet-line what">{t('caseRules.areasWhat')}</p>
          {drawing && (
            <AreaForm
              onMade={() => {
                setDrawing(false);
                areas.again();
              }}
            />
          )}
          {areas.problem && <ProblemNote problem={areas.problem} />}
          {!areas.items && !areas.problem && <p className="waiting quiet-line">{t('loading')}</p>}
          {areas.items?.length === 0 && <p className="empty">{t('caseRules.noAreas')}</p>}
          <ul className="areas">
            {areas.items?.map((area) => (
              <AreaItem key={area.id} area={area} mayWrite={mayWrite} onRevoked={areas.again} />
            ))}
          </ul>
        </section>
        {mayWrite && <WebhooksSection />}
      </main>
    </div>
  );
}
