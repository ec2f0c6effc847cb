import { type ReactNode, useMemo, useState } from 'react';
import { dispatchAddress, follow } from '../addresses.ts';
import { Header } from '../header/header.tsx';
import { useCity } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { CaseMap } from './case-map.tsx';
import './dispatch.css';
import './queue.css';
import './case-loop.css';
import { readPlace, sayPlace } from './read-place.ts';
import './report.css';
import { ReportForm } from './report-form.tsx';

/** What an officer reports by telephone or in person, entered at the desk; the map beside it shows the open cases. */
export function ReportPage(): ReactNode {
  const { t } = useWords();
  const { cases } = useCity();
  const [typed, setTyped] = useState('');
  const lngLat = useMemo(() => readPlace(typed), [typed]);
  const open = useMemo(() => [...cases.values()].filter(({ state }) => state !== 'closed'), [cases]);
  return (
    <div className="report-desk" data-testid="report-page">
      <Header />
      <main>
        <section className="surface" aria-labelledby="report-title">
          <header className="list-head">
            <h2 id="report-title">{t('caseReport.title')}</h2>
            <a className="button" href={dispatchAddress()} onClick={follow}>
              {t('caseRules.back')}
            </a>
          </header>
          <p className="quiet-line what">{t('caseReport.what')}</p>
          <ReportForm typed={typed} onType={setTyped} lngLat={lngLat} />
        </section>
        <CaseMap
          cases={open}
          chosenId={null}
          choosing={{ place: lngLat, onPlace: (clicked) => setTyped(sayPlace(clicked)) }}
        />
      </main>
    </div>
  );
}
