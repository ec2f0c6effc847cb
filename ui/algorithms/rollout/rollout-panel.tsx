import { type ReactNode, useEffect, useState } from 'react';
import { AlgorithmVersion } from '#engine/contract/algorithm.ts';
import { Rollout } from '#engine/contract/rollout.ts';
import { cameraAddress, follow } from '../../addresses.ts';
import { FactList } from '../../design/fact-list.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { FaultMark } from '../../design/severity-mark.tsx';
import { post } from '../../live/ask.ts';
import { useCity, useDesk } from '../../live/use-live.ts';
import { ActDialog } from '../../wall/act-dialog.tsx';
import { sayMoment } from '../../words/say.ts';
import { useWords } from '../../words/words.ts';
import { useMayWriteAlgorithms } from '../may-write.ts';
import { useRead } from '../use-read.ts';
import { RolloutComparisonTable } from './comparison-table.tsx';
import { sayMs, sayPercent, sayReason } from './say-figures.ts';
import { ShadowStrip } from './shadow-strip.tsx';
import { TermsDialog } from './terms-dialog.tsx';
import './rollout.css';

const FOLLOWS_EVERY_MS = 5000;
const CAMERAS_SHOWN = 12;
const MIB = 2 ** 20;
/** From here on it has limits that take it back. */
const ON_TRIAL = ['shadow', 'canary', 'full'];

/** How a version does where it runs: its cameras, how it compares with the one that counts, its limits, its ends. */
export function RolloutPanel({ version }: { version: AlgorithmVersion }): ReactNode {
  const { t } = useWords();
  const { algorithmSeq } = useCity();
  const { found, problem, again } = useRead(Rollout, `/api/algorithm-versions/${version.id}/rollout`, FOLLOWS_EVERY_MS);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the change alone says that it is wanted anew
  useEffect(() => {
    if (algorithmSeq > 0) again();
  }, [algorithmSeq]);
  if (!found) {
    return problem ? (
      <ProblemNote problem={problem} />
    ) : (
      <p className="quiet-line" aria-busy="true">
        {t('loading')}
      </p>
    );
  }
  return (
    <div className="rollout" data-testid="rollout" data-stage={found.stage}>
      {problem && <ProblemNote problem={problem} kept />}
      {found.stage === 'quarantined' && <Quarantine version={version} rollout={found} onChanged={again} />}
      <Running version={version} rollout={found} onChanged={again} />
      {found.stage === 'shadow' && <RolloutComparisonTable rollout={found} />}
      {(found.stage === 'shadow' || found.comparison.length > 0) && <ShadowStrip versionId={version.id} />}
      <Deaths rollout={found} />
    </div>
  );
}

interface Part {
  version: AlgorithmVersion;
  rollout: Rollout;
  onChanged: () => void;
}

function Running({ version, rollout, onChanged }: Part): ReactNode {
  const { t } = useWords();
  const mayWrite = useMayWriteAlgorithms();
  const [asked, setAsked] = useState(false);
  const { stage, share, running, cameras, limits, verdicts } = rollout;
  const isOnTrial = ON_TRIAL.includes(stage);
  const watched = cameras.map(({ id, name }) => (
    <a key={id} href={cameraAddress(id)} onClick={follow}>
      {name}
    </a>
  ));
  return (
    <section>
      <header className="rollout-head">
        <h3>{t('rollout.title')}</h3>
        {mayWrite && isOnTrial && (
          <button type="button" className="button" onClick={() => setAsked(true)}>
            {t('rollout.adjust')}
          </button>
        )}
      </header>
      {!isOnTrial && <p className="quiet-line">{t('rollout.nowhere')}</p>}
      {isOnTrial && (
        <FactList
          facts={[
            [t('rollout.share'), share === null ? t('rollout.allCameras') : sayPercent(share)],
            [t('rollout.runs'), running.runs ? t(`rollout.runsAs.${running.runs}`) : t('rollout.notInPlay')],
            [
              t('rollout.processes'),
              running.down > 0 ? (
                <span className="down" key="down">
                  <FaultMark label="" /> {t('rollout.down', { open: running.open, down: running.down })}
                </span>
              ) : (
                t('rollout.open', { open: running.open })
              ),
            ],
            [
              t('rollout.look'),
              running.lookMs === null
                ? t('rollout.noLooks')
                : t('rollout.looks', { ms: sayMs(running.lookMs), looks: running.looks }),
            ],
            [
              t('rollout.memory'),
              running.rssBytes > 0 ? `${Math.round(running.rssBytes / MIB)} MiB` : t('rollout.shared'),
            ],
            [t('rollout.raised'), t('rollout.verdicts', { ...verdicts })],
          ]}
        />
      )}
      {isOnTrial && (
        <p className="rollout-cameras">
          {cameras.length === 0
            ? t('rollout.noCameras')
            : t(stage === 'shadow' ? 'rollout.shadowAt' : 'rollout.at', { count: cameras.length })}{' '}
          {watched.slice(0, CAMERAS_SHOWN)}
          {cameras.length > CAMERAS_SHOWN && t('rollout.more', { count: cameras.length - CAMERAS_SHOWN })}
        </p>
      )}
      {isOnTrial && (
        <>
          <h4>{t('rollout.limits')}</h4>
          <ul className="rollout-limits">
            <li>{t('rollout.limit.lookMs', { limit: sayMs(limits.lookMs) })}</li>
            <li>{t('rollout.limit.deathsPerHour', { limit: limits.deathsPerHour })}</li>
            <li>
              {stage === 'shadow'
                ? t('rollout.limit.extraPerCameraHour', { limit: limits.extraPerCameraHour })
                : t('rollout.limit.falseShare', { limit: sayPercent(limits.falseShare) })}
            </li>
          </ul>
          {stage === 'full' && <p className="quiet-line">{t('rollout.firstDay')}</p>}
        </>
      )}
      {asked && (
        <TermsDialog versionId={version.id} rollout={rollout} onChanged={onChanged} onClose={() => setAsked(false)} />
      )}
    </section>
  );
}

function Quarantine({ version, rollout, onChanged }: Part): ReactNode {
  const { t, language } = useWords();
  const { site } = useDesk();
  const mayWrite = useMayWriteAlgorithms();
  const [asked, setAsked] = useState(false);
  return (
    <section className="rollout-quarantine" role="status" data-testid="quarantine">
      <strong>
        <FaultMark label="" /> {t('rollout.quarantined', { at: sayMoment(rollout.since, site.timeZone) })}
      </strong>
      <p>{sayReason(version.moves.at(-1)?.reason ?? '', language)}</p>
      {mayWrite && (
        <button type="button" className="button" onClick={() => setAsked(true)}>
          {t('rollout.release')}
        </button>
      )}
      {asked && (
        <ActDialog
          title={t('rollout.releaseTitle', { name: `${version.algorithm} ${version.version}` })}
          what={t('rollout.releaseWhat')}
          label={t('rollout.reason')}
          needed={t('rollout.reasonNeeded')}
          submit={t('rollout.release')}
          run={async (reason) => {
            await post(AlgorithmVersion, `/api/algorithm-versions/${version.id}/moves`, { move: 'release', reason });
            onChanged();
          }}
          onClose={() => setAsked(false)}
        />
      )}
    </section>
  );
}

function Deaths({ rollout: { deaths } }: { rollout: Rollout }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  return (
    <section>
      <h3>{t('rollout.deaths')}</h3>
      {deaths.length === 0 && <p className="quiet-line">{t('rollout.noDeaths')}</p>}
      <ol className="rollout-deaths">
        {deaths.map(({ at, process, how, log }) => (
          <li key={at} data-testid="death">
            <details>
              <summary>
                <time dateTime={at}>{sayMoment(at, site.timeZone)}</time> {how}
                <span className="quiet-line"> · {t(`rollout.process.${process}`)}</span>
              </summary>
              <pre>{log || t('rollout.noLog')}</pre>
            </details>
          </li>
        ))}
      </ol>
    </section>
  );
}
