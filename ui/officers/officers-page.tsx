import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { Officer } from '#engine/contract/officer.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { follow, go, handoverAddress } from '../addresses.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { Header } from '../header/header.tsx';
import { useKeys } from '../header/use-keys.ts';
import { ask, asProblem, listOf } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { readCounties } from '../map/counties.ts';
import { useOutlines } from '../map/use-outlines.ts';
import { sayClock, sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { DutyDialog } from './duty-dialog.tsx';
import { OfficerDialog } from './officer-dialog.tsx';
import './officers.css';
import { useSaySkill } from './say-skill.ts';
import { ShiftDialog } from './shift-dialog.tsx';

const READ_EVERY_MS = 5000;

/** 巡查员: who there is, when they are on, and whether they are heard of. */
export function OfficersPage(): ReactNode {
  const { t } = useWords();
  const { account } = useDesk();
  const { officers, problem, read } = useOfficerList();
  const [adding, setAdding] = useState(false);
  const [planned, setPlanned] = useState<string | null>(null);
  const [posted, setPosted] = useState<string | null>(null);
  const mayWrite = account.roles.some((role) => role === 'dispatcher' || role === 'administrator');
  const plan = officers?.find(({ id }) => id === planned);
  const duty = officers?.find(({ id }) => id === posted);
  useKeys({ escape: () => !adding && !plan && !duty && go('/dispatch') });
  return (
    <div className="field-page officers" data-testid="officers">
      <Header />
      <main>
        <section className="officer-list surface" aria-label={t('officers.title')}>
          <header className="list-head">
            <h2>{t('officers.title')}</h2>
            {officers && (
              <p className="quiet-line" role="status">
                {t('officers.count', { count: officers.length, on: officers.filter(({ onShift }) => onShift).length })}
              </p>
            )}
            <div className="tools">
              <a className="button" href={handoverAddress()} onClick={follow}>
                {t('officers.handover')}
              </a>
              {mayWrite && (
                <button type="button" className="button primary" onClick={() => setAdding(true)}>
                  {t('officers.add')}
                </button>
              )}
            </div>
          </header>
          {problem && <ProblemNote problem={problem} />}
          {!officers && !problem && <p className="waiting quiet-line">{t('loading')}</p>}
          {officers?.length === 0 && (
            <div className="empty">
              <strong>{t('officers.none')}</strong>
              <p>{t('officers.noneHint')}</p>
            </div>
          )}
          {officers && officers.length > 0 && (
            <OfficerTable officers={officers} acts={mayWrite ? { plan: setPlanned, duty: setPosted } : null} />
          )}
          <p className="quiet-line hint">{t('officers.phone', { address: `${location.origin}/patrol` })}</p>
        </section>
      </main>
      {adding && <OfficerDialog onClose={() => setAdding(false)} onDone={() => void read()} />}
      {duty && <DutyDialog officer={duty} onClose={() => setPosted(null)} onDone={() => void read()} />}
      {plan && <ShiftDialog officer={plan} onClose={() => setPlanned(null)} onDone={() => void read()} />}
    </div>
  );
}

function OfficerTable({
  officers,
  acts,
}: {
  officers: readonly Officer[];
  acts: { plan: (id: string) => void; duty: (id: string) => void } | null;
}): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const saySkill = useSaySkill();
  const { outlines: counties } = useOutlines(readCounties);
  const countyName = (code: string) =>
    counties?.features.find(({ properties }) => properties.code === code)?.properties.name ?? code;
  const minute = (at: string) => sayMoment(at, site.timeZone).slice(0, -3);
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('officers.name')}</th>
            <th scope="col">{t('officers.unit')}</th>
            <th scope="col">{t('officers.shift')}</th>
            <th scope="col">{t('officers.place')}</th>
            <th scope="col">{t('officers.openCases')}</th>
            <th scope="col" className="extra">
              {t('officers.skills')}
            </th>
            <th scope="col" className="extra">
              {t('officers.areas')}
            </th>
            {acts && <th scope="col" aria-label={t('officers.plan')} />}
          </tr>
        </thead>
        <tbody>
          {officers.map((officer) => {
            const { id, displayName, username, unitName, shifts, onShift, place, openCases, skills, areas } = officer;
            const next = shifts[0];
            return (
              <tr key={id} data-testid="officer">
                <td>
                  <strong>{displayName}</strong> <span className="quiet-line">{username}</span>
                </td>
                <td>{unitName}</td>
                <td>
                  {onShift && <span className="chip strong">{t('officers.onShift')}</span>}{' '}
                  {next ? `${minute(next.startsAt)} – ${minute(next.endsAt).slice(6)}` : t('officers.noShift')}
                  {shifts.length > 1 && <span className="quiet-line"> +{shifts.length - 1}</span>}
                </td>
                <td className={place?.outside || place?.stale ? 'odd' : undefined}>
                  {place ? sayClock(place.at, site.timeZone) : onShift ? t('officers.notShared') : t('unknown')}
                  {place?.stale && t('officers.lost', { at: sayClock(place.at, site.timeZone) })}
                  {place?.outside && t('officers.outside')}
                </td>
                <td>{openCases}</td>
                <td className="extra">{skills.map(saySkill).join('、') || t('unknown')}</td>
                <td className="extra">
                  {areas
                    .map((area) => (area.kind === 'division' ? countyName(area.code) : t('officers.polygon')))
                    .join('、') || t('officers.everywhere')}
                </td>
                {acts && (
                  <td>
                    <div className="acts">
                      <button type="button" className="button" onClick={() => acts.plan(id)}>
                        {t('officers.plan')}
                      </button>
                      <button type="button" className="button" onClick={() => acts.duty(id)}>
                        {t('officers.duty')}
                      </button>
                    </div>
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function useOfficerList(): { officers: Officer[] | null; problem: Problem | null; read: () => Promise<void> } {
  const [officers, setOfficers] = useState<Officer[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const read = useCallback(async () => {
    try {
      setOfficers((await ask(listOf(Officer), '/api/officers')).items);
      setProblem(null);
    } catch (error) {
      setProblem(asProblem(error));
    }
  }, []);
  useEffect(() => {
    void read();
    const timer = setInterval(() => void read(), READ_EVERY_MS);
    return () => clearInterval(timer);
  }, [read]);
  return { officers, problem, read };
}
