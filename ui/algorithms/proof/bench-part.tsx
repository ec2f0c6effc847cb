import type { ReactNode } from 'react';
import type { AlgorithmVersion } from '#engine/contract/algorithm.ts';
import { type AlgorithmBench, NewAlgorithmBench } from '#engine/contract/algorithm-bench.ts';
import { ProofJob } from '#engine/contract/proof-job.ts';
import { FactList } from '../../design/fact-list.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { useAction } from '../../design/use-action.ts';
import { post } from '../../live/ask.ts';
import { useDesk } from '../../live/use-live.ts';
import { sayDuration, sayMoment } from '../../words/say.ts';
import { useWords } from '../../words/words.ts';
import { JobLine } from './job-line.tsx';
import { isOver, useJob } from './use-job.ts';

interface BenchPartProps {
  version: AlgorithmVersion;
  benches: readonly AlgorithmBench[];
  mayWrite: boolean;
  onChanged: () => void;
}

/** What the version takes on this host, as measured last, and a way to measure it. */
export function BenchPart({ version, benches, mayWrite, onChanged }: BenchPartProps): ReactNode {
  const { t } = useWords();
  const { job, follow } = useJob(onChanged);
  const { busy, problem, start } = useAction(async () => {
    follow(await post(ProofJob, `/api/algorithm-versions/${version.id}/benches`, NewAlgorithmBench.parse({})));
  });
  const [last, ...earlier] = benches;
  const underWay = busy || (job !== null && !isOver(job));
  return (
    <section aria-label={t('proof.panel.bench')} data-testid="bench">
      <header className="part-head">
        <h3>{t('proof.panel.bench')}</h3>
        {mayWrite && (
          <button type="button" className="button" disabled={underWay} onClick={start}>
            {last ? t('proof.panel.benchAgain') : t('proof.panel.startBench')}
          </button>
        )}
      </header>
      {problem && <ProblemNote problem={problem} />}
      <JobLine job={job} />
      {last ? <Measured bench={last} /> : <p className="quiet-line">{t('proof.panel.noBench')}</p>}
      {earlier.length > 0 && <Earlier benches={earlier} />}
    </section>
  );
}

const ms = (value: number): string => value.toFixed(value < 100 ? 1 : 0);

function Measured({ bench }: { bench: AlgorithmBench }): ReactNode {
  const { t, language } = useWords();
  const { site } = useDesk();
  const { msP50, msP95, loadMs, rssBytes, hostCpu, cores, pictures, onSamples, streamsPerCore, by, at } = bench;
  const on = onSamples ? t('proof.panel.onSamples') : t('proof.panel.onNoise');
  return (
    <>
      <FactList
        facts={[
          [t('proof.panel.ms'), t('proof.panel.msOf', { p50: ms(msP50), p95: ms(msP95) })],
          [t('proof.panel.load'), `${ms(loadMs)} ms`],
          [t('proof.panel.memory'), `${(rssBytes / 2 ** 20).toFixed(0)} MiB`],
          [t('proof.panel.looks'), t('proof.panel.looksOf', { count: pictures, on })],
          [t('proof.panel.host'), t('proof.panel.hostOf', { cpu: hostCpu, cores })],
          [t('proof.panel.measuredBy'), `${by} · ${sayMoment(at, site.timeZone)}`],
        ]}
      />
      <h4>{t('proof.panel.perCore')}</h4>
      <ul className="per-core">
        {streamsPerCore.map(({ everyMs, streams }) => (
          <li key={everyMs}>
            <b>{t('proof.panel.streams', { count: streams })}</b>
            <span className="quiet-line">
              {t('proof.panel.perCoreRow', {
                every: everyMs < 1000 ? `${everyMs} ms` : sayDuration(everyMs, language),
              })}
            </span>
          </li>
        ))}
      </ul>
      <p className="quiet-line">{t('proof.panel.perCoreHint')}</p>
    </>
  );
}

function Earlier({ benches }: { benches: readonly AlgorithmBench[] }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  return (
    <details>
      <summary>
        {t('proof.panel.earlier')} ({benches.length})
      </summary>
      <ul>
        {benches.map(({ at, by, msP50, msP95 }) => (
          <li key={at} className="quiet-line">
            {sayMoment(at, site.timeZone)} · {by} · {t('proof.panel.msOf', { p50: ms(msP50), p95: ms(msP95) })}
          </li>
        ))}
      </ul>
    </details>
  );
}
