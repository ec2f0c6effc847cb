import { type ReactNode, useState } from 'react';
import { LabelledSet } from '#engine/contract/labelled-set.ts';
import { follow, go, proofAddress, useAddress, wallAddress } from '../../addresses.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import { Header } from '../../header/header.tsx';
import { useKeys } from '../../header/use-keys.ts';
import { listOf } from '../../live/ask.ts';
import { useDesk } from '../../live/use-live.ts';
import { useWords } from '../../words/words.ts';
import { NewSetDialog } from './new-set-dialog.tsx';
import './proof.css';
import { useRead } from '../use-read.ts';
import { SetPanel } from './set-panel.tsx';
import { VerdictsPart } from './verdicts-part.tsx';
import { VersionsPart } from './versions-part.tsx';

const SETS = listOf(LabelledSet);
const TABS = ['sets', 'versions', 'verdicts'] as const;

/** Where algorithms are proven: sets of labelled pictures, how well a version does on them, what operators judged. */
export function ProofPage(): ReactNode {
  const { t } = useWords();
  const { account } = useDesk();
  const query = new URLSearchParams(useAddress().search);
  const maySets = account.roles.includes('model-admin') || account.roles.includes('administrator');
  const tab = TABS.find((one) => one === query.get('tab')) ?? (maySets ? 'sets' : 'verdicts');
  useKeys({ escape: () => go(location.search.includes('=') ? '/proof' : wallAddress()) });
  return (
    <div className="proof" data-testid="proof" data-tab={tab}>
      <Header />
      <nav className="tabs" aria-label={t('proof.tabs')}>
        {TABS.map((one) => (
          <a
            key={one}
            href={proofAddress({ tab: one })}
            aria-current={one === tab ? 'page' : undefined}
            onClick={follow}
          >
            {t(`proof.tab.${one}`)}
          </a>
        ))}
      </nav>
      {tab === 'verdicts' ? (
        <VerdictsPart />
      ) : !maySets ? (
        <main className="single">
          <p className="surface empty">{t('proof.noPermission')}</p>
        </main>
      ) : tab === 'sets' ? (
        <SetsPart chosen={query.get('set')} />
      ) : (
        <VersionsPart chosen={query.get('version')} />
      )}
    </div>
  );
}

function SetsPart({ chosen }: { chosen: string | null }): ReactNode {
  const { t } = useWords();
  const { found, problem, again } = useRead(SETS, '/api/labelled-sets');
  const [making, setMaking] = useState(false);
  const sets = found?.items ?? [];
  const set = sets.find(({ id }) => id === chosen) ?? null;
  return (
    <main data-chosen={set !== null}>
      <section className="surface proof-list" aria-label={t('proof.sets.title')}>
        <header className="list-head">
          <h2>{t('proof.sets.title')}</h2>
          <button type="button" className="button" onClick={() => setMaking(true)}>
            {t('proof.sets.make')}
          </button>
        </header>
        {problem && <ProblemNote problem={problem} kept={found !== null} />}
        {!found && !problem && <p className="waiting quiet-line">{t('loading')}</p>}
        {found && sets.length === 0 && (
          <div className="empty">
            <strong>{t('proof.sets.none')}</strong>
            <p>{t('proof.sets.noneHint')}</p>
          </div>
        )}
        <ul className="scroll">
          {sets.map((one) => (
            <li key={one.id}>
              <a
                href={proofAddress({ tab: 'sets', set: one.id })}
                aria-current={one.id === chosen ? 'true' : undefined}
                data-testid="labelled-set"
                onClick={follow}
              >
                <strong>{sayName(one, t('proof.sets.ofVerdicts', { algorithm: one.algorithm ?? '' }))}</strong>
                <span className="quiet-line">
                  {t('proof.sets.counts', { pictures: one.pictures, boxes: one.boxes })}
                </span>
              </a>
            </li>
          ))}
        </ul>
      </section>
      <section className="surface proof-detail">
        {set ? (
          <SetPanel key={set.id} set={set} onChanged={again} />
        ) : (
          <p className="empty">{t('proof.sets.choose')}</p>
        )}
      </section>
      {making && (
        <NewSetDialog
          onClose={() => setMaking(false)}
          onMade={({ id }) => {
            setMaking(false);
            again();
            go(proofAddress({ tab: 'sets', set: id }));
          }}
        />
      )}
    </main>
  );
}

const sayName = ({ algorithm, name }: LabelledSet, ofVerdicts: string): string =>
  algorithm === null ? name : ofVerdicts;
