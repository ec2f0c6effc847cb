import type { ReactNode } from 'react';
import type { Inspection } from '#engine/contract/inspection.ts';
import { FactList } from '../design/fact-list.tsx';
import { useWords } from '../words/words.ts';
import { SamplesView } from './samples-view.tsx';
import { sayBytes } from './say-bytes.ts';
import { sayFound } from './say-found.ts';

const ELEMENT_TYPES: Readonly<Record<number, string>> = { 1: 'f32', 2: 'u8', 6: 'i32', 7: 'i64', 10: 'f16' };
const LABELS_SHOWN = 100;

interface InspectionViewProps {
  inspection: Inspection;
  /** Where its sample pictures are; absent: they are shown elsewhere on the page. */
  samplesAt?: string;
}

/** All that an inspection found: in words, on samples, and in the graph itself. */
export function InspectionView({ inspection, samplesAt }: InspectionViewProps): ReactNode {
  const { t } = useWords();
  return (
    <>
      <Findings inspection={inspection} />
      {samplesAt && (
        <section className="wide">
          <h3>{t('algorithms.samples')}</h3>
          <SamplesView inspection={inspection} samplesAt={samplesAt} />
        </section>
      )}
      <Graph inspection={inspection} />
      <Stated inspection={inspection} />
    </>
  );
}

function Findings({ inspection: { findings } }: { inspection: Inspection }): ReactNode {
  const { t } = useWords();
  return (
    <section>
      <h3>{t('algorithms.findings')}</h3>
      {findings.length === 0 && <p className="quiet-line">{t('algorithms.noFindings')}</p>}
      <ul className="findings">
        {findings.map(({ code, severity, what, got, expected }) => (
          <li key={`${code} ${what} ${got}`} className={severity} data-testid="finding" data-code={code}>
            <span className={severity === 'note' ? 'chip' : 'chip strong'}>{t(`findingSeverity.${severity}`)}</span>
            <div>
              <strong>{t(`finding.${code}`)}</strong>
              <p className="quiet-line">
                {sayFound(t, what)}
                {got !== null && ` · ${t('algorithms.got')} ${sayFound(t, got)}`}
                {expected !== null && ` · ${t('algorithms.expected')} ${sayFound(t, expected)}`}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Graph({ inspection: { graph, feeding, labels } }: { inspection: Inspection }): ReactNode {
  const { t, language } = useWords();
  const between = language === 'zh' ? '、' : ', ';
  const border = ({ name, dims, elementType }: NonNullable<Inspection['graph']>['inputs'][number]) => (
    <code key={name}>
      {name} {ELEMENT_TYPES[elementType] ?? elementType} [{dims.map((size) => size ?? '?').join(', ')}]
    </code>
  );
  return (
    <>
      {feeding && (
        <section data-testid="feeding">
          <h3>{t('algorithms.feeding')}</h3>
          <p>
            {feeding.kept
              ? t(`kept.${feeding.kept}`)
              : t('algorithms.foldedIn', { steps: feeding.folded.map((step) => t(`folded.${step}`)).join(between) })}
          </p>
        </section>
      )}
      {graph && (
        <section className="graph">
          <h3>
            {t('algorithms.inputs')} / {t('algorithms.outputs')}
          </h3>
          <FactList
            facts={[
              [t('algorithms.inputs'), graph.inputs.map(border)],
              [t('algorithms.outputs'), graph.outputs.map(border)],
              [t('algorithms.opset'), `${graph.opset} / ${graph.irVersion}`],
              [t('algorithms.producer'), graph.producer || t('unknown')],
            ]}
          />
        </section>
      )}
      {labels && (
        <section>
          <h3>{t('algorithms.labels', { count: labels.length })}</h3>
          <p className="labels">
            {labels.slice(0, LABELS_SHOWN).join(', ')}
            {labels.length > LABELS_SHOWN && ' …'}
          </p>
        </section>
      )}
    </>
  );
}

function Stated({ inspection: { manifest, guessedFrom, parts, modelCard } }: { inspection: Inspection }): ReactNode {
  const { t } = useWords();
  return (
    <>
      <section>
        <h3>{t('algorithms.manifest')}</h3>
        {!manifest && <p className="quiet-line">{t('algorithms.noManifest')}</p>}
        {manifest && (
          <>
            <p className={guessedFrom ? 'guessed' : 'quiet-line'}>
              {t(`guessedFrom.${guessedFrom ?? 'stated'}`)}
              {guessedFrom && ` · ${t('algorithms.manifestGuess')}`}
            </p>
            <details>
              <summary>manifest.json</summary>
              <pre>{JSON.stringify(manifest, null, 2)}</pre>
            </details>
          </>
        )}
      </section>
      {modelCard && (
        <section>
          <h3>{t('algorithms.modelCard')}</h3>
          <pre className="card">{modelCard}</pre>
        </section>
      )}
      <section>
        <details>
          <summary>{t('algorithms.parts', { count: parts.length })}</summary>
          <ul className="parts">
            {parts.map(({ name, bytes }) => (
              <li key={name}>
                <code>{name}</code> <span className="quiet-line">{sayBytes(bytes)}</span>
              </li>
            ))}
          </ul>
        </details>
      </section>
    </>
  );
}
