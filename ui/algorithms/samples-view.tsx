import { type ReactNode, useState } from 'react';
import { z } from 'zod';
import type { Inspection } from '#engine/contract/inspection.ts';
import './algorithms.css';
import { useWords } from '../words/words.ts';
import { SamplePicture } from './sample-picture.tsx';

const Thresholds = z.object({
  selection: z.object({
    thresholds: z.object({ default: z.number(), byLabel: z.record(z.string(), z.number()).default({}) }),
  }),
});

interface SamplesViewProps {
  inspection: Inspection;
  /** Where its sample pictures are. */
  samplesAt: string;
}

/**
 * The sample pictures with what was found in them: what the model itself takes for found, by the threshold of each label, until
 * somebody says how sure it must be.
 */
export function SamplesView({ inspection, samplesAt }: SamplesViewProps): ReactNode {
  const { t } = useWords();
  const [chosen, setChosen] = useState<number | null>(null);
  const { samples, parts, manifest } = inspection;
  const stated = Thresholds.safeParse(manifest).data?.selection.thresholds ?? { default: 0, byLabel: {} };
  const least = chosen ?? stated.default;
  const isSaid = ({ label, score }: Inspection['samples'][number]['found'][number]) =>
    score >= (chosen ?? stated.byLabel[label] ?? stated.default);
  if (samples.length === 0) return <p className="quiet-line">{t('algorithms.noSamples')}</p>;
  return (
    <>
      <label className="least">
        {t('algorithms.least', { least: least.toFixed(2) })}
        <input
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={least}
          onChange={(happening) => setChosen(Number(happening.target.value))}
        />
      </label>
      <div className="samples">
        {samples.map((whole, n) => {
          const sample = { ...whole, found: whole.found.filter(isSaid) };
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
      <p className="quiet-line">{t('algorithms.samplesMs')}</p>
    </>
  );
}
