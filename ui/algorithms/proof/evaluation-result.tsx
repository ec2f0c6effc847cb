import type { ReactNode } from 'react';
import type { AlgorithmEvaluation, EvaluationResult } from '#engine/contract/evaluation.ts';
import { FactList } from '../../design/fact-list.tsx';
import { useDesk } from '../../live/use-live.ts';
import { sayMoment } from '../../words/say.ts';
import { useWords } from '../../words/words.ts';
import { ConfusionTable } from './confusion-table.tsx';
import { LinePlot } from './line-plot.tsx';

/** What came of one evaluation. What could not be reckoned says so: a dash is never a zero. */
export function EvaluationResultView({ evaluation }: { evaluation: AlgorithmEvaluation }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const { result, setName, setRevision, by, at } = evaluation;
  return (
    <div className="evaluation-result" data-testid="evaluation-result">
      <p className="quiet-line">
        {t('proof.evaluation.on', { set: setName, revision: setRevision })} · {by} · {sayMoment(at, site.timeZone)}
      </p>
      <Figures result={result} />
      <Classes result={result} />
      <div className="plots">
        {result.classes
          .filter(({ curve, boxes }) => curve.length > 0 && boxes > 0)
          .map((one) => (
            <Curve key={one.class} of={one} />
          ))}
      </div>
      <h4>{t('proof.evaluation.confusion')}</h4>
      <ConfusionTable confusion={result.confusion} />
      <p className="quiet-line">{t('proof.evaluation.confusionHint')}</p>
      <details>
        <summary>{t('proof.evaluation.hashes')}</summary>
        <FactList
          facts={[
            [t('proof.evaluation.version'), <code key="v">{evaluation.sha256}</code>],
            [t('proof.evaluation.setHash'), <code key="s">{evaluation.setHash}</code>],
          ]}
        />
      </details>
    </div>
  );
}

export const sayShare = (share: number | null, unknown: string): string =>
  share === null ? unknown : `${(100 * share).toFixed(1)}%`;
const sayAp = (share: number | null, unknown: string): string => (share === null ? unknown : share.toFixed(3));

function Figures({ result }: { result: EvaluationResult }): ReactNode {
  const { t } = useWords();
  const { clips, negatives } = result;
  const unknown = t('unknown');
  const perHour =
    clips.falseAlarmsPerHour === null
      ? t('proof.evaluation.noClips')
      : t('proof.evaluation.perHourOf', {
          count: clips.falseAlarmsPerHour.toFixed(1),
          alarms: clips.falseAlarms,
          hours: clips.hours.toFixed(2),
        });
  return (
    <>
      <dl className="big-figures">
        <div>
          <dt>{t('proof.evaluation.ap50')}</dt>
          <dd data-testid="ap50">{sayAp(result.ap50, unknown)}</dd>
        </div>
        <div>
          <dt>{t('proof.evaluation.ap')}</dt>
          <dd data-testid="ap">{sayAp(result.ap, unknown)}</dd>
        </div>
        <div>
          <dt>{t('proof.evaluation.pictures')}</dt>
          <dd>{result.pictures}</dd>
        </div>
        <div>
          <dt>{t('proof.evaluation.boxes')}</dt>
          <dd>{result.boxes}</dd>
        </div>
      </dl>
      <p className="quiet-line">{t('proof.evaluation.apHint')}</p>
      <FactList
        facts={[
          [
            t('proof.evaluation.negatives'),
            negatives.pictures === 0
              ? t('proof.evaluation.noNegatives')
              : t('proof.evaluation.negativesOf', { count: negatives.withFalse, total: negatives.pictures }),
          ],
          [t('proof.evaluation.perHour'), perHour],
          [t('proof.evaluation.speed'), `${result.msPerPicture.toFixed(1)} ms`],
          ...(result.notInModel.length > 0
            ? ([[t('proof.evaluation.notInModel'), result.notInModel.join('、')]] as const)
            : []),
        ]}
      />
      {result.crops > 0 && <p className="quiet-line">{t('proof.evaluation.crops', { count: result.crops })}</p>}
    </>
  );
}

function Classes({ result }: { result: EvaluationResult }): ReactNode {
  const { t } = useWords();
  const unknown = t('unknown');
  const heads = ['class', 'boxes', 'ap50', 'ap', 'atThreshold', 'precision', 'recall', 'found', 'falsely'] as const;
  return (
    <div className="table-scroll">
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {t(`proof.evaluation.${head}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {result.classes.map((one) => (
            <tr key={one.class} data-testid="class-result">
              <th scope="row">{one.class}</th>
              <td>{one.boxes}</td>
              <td>{sayAp(one.ap50, unknown)}</td>
              <td>{sayAp(one.ap, unknown)}</td>
              <td>{one.threshold.toFixed(2)}</td>
              <td>{sayShare(one.precision, unknown)}</td>
              <td>{sayShare(one.recall, unknown)}</td>
              <td>{one.found}</td>
              <td>{one.falselyFound}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Curve({ of }: { of: EvaluationResult['classes'][number] }): ReactNode {
  const { t } = useWords();
  const points = of.curve.map(({ precision, recall }) => ({ x: recall, y: precision }));
  const dot =
    of.precision === null || of.recall === null
      ? null
      : { x: of.recall, y: of.precision, name: of.threshold.toFixed(2) };
  return (
    <LinePlot
      title={`${t('proof.evaluation.curve')} · ${of.class}`}
      label={t('proof.evaluation.curveHint')}
      lines={[{ points, kind: 'solid' }]}
      dot={dot}
    />
  );
}
