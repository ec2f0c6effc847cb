import { type ReactNode, useState } from 'react';
import type { Inspection } from '#engine/contract/inspection.ts';
import { FactList } from '../design/fact-list.tsx';
import { useWords } from '../words/words.ts';
import { SamplePicture } from './sample-picture.tsx';
import { sayBytes } from './say-bytes.ts';

const ELEMENT_TYPES: Readonly<Record<number, string>> = { 1: 'f32', 2: 'u8', 6: 'i32', 7: 'i64', 10: 'f16' };
const LABELS_SHOWN = 100;

interface InspectionViewProps {
  inspection: Inspection;
  /** Where its sample pictures are. */
  samplesAt: string;
}

/** All that an inspection found: in words, on samples, and in the graph itself. */
export function InspectionView({ inspection, samplesAt }: InspectionViewProps): ReactNode {
  return (
    <>
      <Findings inspection={inspection} />
      <Samples inspection={inspection} samplesAt={samplesAt} />
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
                <code>{what}</code>
                {got !== null && ` · ${t('algorithms.got')} ${got}`}
                {expected !== null && ` · ${t('algorithms.expected')} ${expected}`}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the model itself takes for found; null: its manifest does not say. */
function thresholdOf({ manifest }: Inspection): number | null {
  const selection = manifest?.selection as { thresholds?: { default?: unknown } } | undefined;
  const stated = selection?.thresholds?.default;
  return typeof stated === 'number' ? stated : null;
}

function Samples({ inspection, samplesAt }: InspectionViewProps): ReactNode {
  const { t } = useWords();
  const [least, setLeast] = useState(() => thresholdOf(inspection) ?? 0);
  const { samples, parts } = inspection;
  return (
    <section className="wide">
      <h3>{t('algorithms.samples')}</h3>
      {samples.length === 0 && <p className="quiet-line">{t('algorithms.noSamples')}</p>}
      {samples.length > 0 && (
        <label className="least">
          {t('algorithms.least', { least: least.toFixed(2) })}
          <input
            type="range"
            min={0}
            max={1}
            step={0.05}
            value={least}
            onChange={(happening) => setLeast(Number(happening.target.value))}
          />
        </label>
      )}
      <div className="samples">
        {samples.map((whole, n) => {
          const sample = { ...whole, found: whole.found.filter(({ score }) => score >= least) };
          const isPicture = parts.some(({ name }) => name === sample.name);
          const facts = { name: sample.name.replace(/^samples\//, ''), count: sample.found.length };
          const ms = sample.inferenceMs.toFixed(0);
          if (!isPicture) {
            return (
              <p key={sample.name} className="quiet-line">
                {t('algorithms.sampleNoise', { ...facts, ms })}
              </p>
            );
          }
          return (
            <figure key={sample.name} data-testid="sample">
              <SamplePicture sample={sample} src={`${samplesAt}/${n}`} />
              <figcaption className="quiet-line">{t('algorithms.sampleOf', { ...facts, ms })}</figcaption>
            </figure>
          );
        })}
      </div>
      {samples.length > 0 && <p className="quiet-line">{t('algorithms.samplesMs')}</p>}
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
