import type { ReactNode } from 'react';
import { VerdictCurve } from '#engine/contract/verdict-curve.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import { QuietPlaces } from '../../header/quiet-places-dialog.tsx';
import { listOf } from '../../live/ask.ts';
import { useWords } from '../../words/words.ts';
import { useRead } from '../use-read.ts';
import { sayShare } from './evaluation-result.tsx';
import { LinePlot } from './line-plot.tsx';

const CURVES = listOf(VerdictCurve);

/** How often alerts were right from each threshold on, and the places that false alarms keep quiet. */
export function VerdictsPart(): ReactNode {
  const { t } = useWords();
  const { found, problem } = useRead(CURVES, '/api/verdict-curves');
  return (
    <main className="verdicts">
      <section className="surface proof-detail" aria-label={t('proof.verdicts.title')}>
        <header className="list-head">
          <h2>{t('proof.verdicts.title')}</h2>
        </header>
        <div className="scroll padded">
          <p className="quiet-line">{t('proof.verdicts.what')}</p>
          {problem && <ProblemNote problem={problem} kept={found !== null} />}
          {!found && !problem && <p className="quiet-line">{t('loading')}</p>}
          {found?.items.length === 0 && (
            <div className="empty">
              <strong>{t('proof.verdicts.none')}</strong>
              <p>{t('proof.verdicts.noneHint')}</p>
            </div>
          )}
          <ul className="curve-list">
            {found?.items.map((curve) => (
              <li key={`${curve.cameraId} ${curve.rule} ${curve.algorithm}`} data-testid="verdict-curve">
                <Curve curve={curve} />
              </li>
            ))}
          </ul>
        </div>
      </section>
      <section className="surface proof-detail" aria-label={t('proof.verdicts.quiet')}>
        <header className="list-head">
          <h2>{t('proof.verdicts.quiet')}</h2>
        </header>
        <div className="scroll padded" data-testid="quiet-places">
          <QuietPlaces onLeave={() => undefined} />
        </div>
      </section>
    </main>
  );
}

function Curve({ curve }: { curve: VerdictCurve }): ReactNode {
  const { t } = useWords();
  const { points, suggestion, judged } = curve;
  const lines = [
    { points: points.map(({ threshold, precision }) => ({ x: threshold, y: precision })), kind: 'solid' as const },
    { points: points.map(({ threshold, kept }) => ({ x: threshold, y: kept })), kind: 'dashed' as const },
  ];
  const dot = suggestion && {
    x: suggestion.threshold,
    y: suggestion.precision,
    name: suggestion.threshold.toFixed(2),
  };
  return (
    <>
      <h3>
        {t(`rule.${curve.rule}`)} · {curve.cameraName ?? t('proof.verdicts.allCameras')}
      </h3>
      <p>
        {t('proof.verdicts.judged', { judged, raised: curve.raised })}
        <span className="quiet-line"> {curve.algorithm}</span>
      </p>
      <p className="quiet-line">
        {t('proof.verdicts.split', {
          confirmed: curve.confirmed,
          falseOnes: curve.falseOnes,
          wrongClass: curve.wrongClass,
        })}
      </p>
      {points.length > 1 && (
        <LinePlot
          title={t('proof.verdicts.curveLabel', { count: judged })}
          label={t('proof.verdicts.curveHint')}
          lines={lines}
          dot={dot}
        />
      )}
      <p className="suggestion">{saySuggestion()}</p>
    </>
  );

  function saySuggestion(): string {
    if (suggestion) {
      return t('proof.verdicts.suggest', {
        threshold: suggestion.threshold.toFixed(2),
        precision: sayShare(suggestion.precision, ''),
        kept: sayShare(suggestion.kept, ''),
        judged: suggestion.judged,
      });
    }
    if (judged < curve.leastJudged) return t('proof.verdicts.tooFew', { least: curve.leastJudged });
    return t('proof.verdicts.noThreshold', { wanted: sayShare(curve.wantedPrecision, '') });
  }
}
