import { type ReactNode, useState } from 'react';
import { z } from 'zod';
import type { AlgorithmVersion } from '#engine/contract/algorithm.ts';
import { type AlgorithmProof, SampleCheck } from '#engine/contract/algorithm-bench.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import { TextField } from '../../design/text-field.tsx';
import { useAction } from '../../design/use-action.ts';
import { post } from '../../live/ask.ts';
import { useDesk } from '../../live/use-live.ts';
import { sayMoment } from '../../words/say.ts';
import { useWords } from '../../words/words.ts';
import { BoxedPicture } from './boxed-picture.tsx';

interface SamplesPartProps {
  version: AlgorithmVersion;
  proof: AlgorithmProof;
  mayWrite: boolean;
  onChanged: () => void;
}

/** The sample pictures with what was found in them, and what a person says of that. */
export function SamplesPart({ version, proof, mayWrite, onChanged }: SamplesPartProps): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const [note, setNote] = useState('');
  const say = (good: boolean) => async () => {
    await post(SampleCheck, `/api/algorithm-versions/${version.id}/sample-checks`, { good, note });
    setNote('');
    onChanged();
  };
  const good = useAction(say(true));
  const bad = useAction(say(false));
  const problem = good.problem ?? bad.problem;
  const busy = good.busy || bad.busy;
  const isSaid = thresholdsOf(version);
  const shown = version.inspection.samples.filter(({ name }) => proof.samples.includes(name));
  const check = proof.sampleCheck;
  const said = check && { by: check.by, at: sayMoment(check.at, site.timeZone) };
  return (
    <section aria-label={t('proof.panel.samples')}>
      <h3>{t('proof.panel.samples')}</h3>
      {shown.length === 0 && <p className="quiet-line">{t('proof.panel.noSamples')}</p>}
      <ul className="sample-grid">
        {shown.map(({ name, widthPx, heightPx, found }) => (
          <li key={name}>
            <BoxedPicture
              src={`/api/algorithm-versions/${version.id}/sample.jpg?index=${proof.samples.indexOf(name)}`}
              alt={t('proof.panel.sampleAlt', { name, count: found.filter(isSaid).length })}
              widthPx={widthPx}
              heightPx={heightPx}
              boxes={found.filter(isSaid).map(({ label, score, boxXyxyPx }) => ({
                name: `${label} ${score.toFixed(2)}`,
                xyxyPx: boxXyxyPx,
              }))}
            />
            <p className="quiet-line">
              {name} ·{' '}
              {t('proof.panel.found', {
                count: found.filter(isSaid).length,
                low: found.length - found.filter(isSaid).length,
              })}
            </p>
          </li>
        ))}
      </ul>
      {said && (
        <p role="status" data-testid="sample-check">
          {check.good ? t('proof.panel.checkedGood', said) : t('proof.panel.checkedBad', said)}
          {check.note && ` · ${check.note}`}
        </p>
      )}
      {mayWrite && (
        <div className="check">
          <p>{t('proof.panel.check')}</p>
          <TextField label={t('proof.panel.note')} value={note} onChange={setNote} maxLength={500} />
          <div className="actions">
            <button type="button" className="button" disabled={busy} onClick={good.start}>
              {t('proof.panel.good')}
            </button>
            <button type="button" className="button plain" disabled={busy} onClick={bad.start}>
              {t('proof.panel.bad')}
            </button>
          </div>
          {problem && <ProblemNote problem={problem} kept />}
        </div>
      )}
    </section>
  );
}

const Thresholds = z.object({
  selection: z.object({
    thresholds: z.object({ default: z.number(), byLabel: z.record(z.string(), z.number()).default({}) }),
  }),
});

/** Whether the version would say what was found: its manifest has a threshold for each label; where it has none, all is said. */
function thresholdsOf({ inspection }: AlgorithmVersion): (found: { label: string; score: number }) => boolean {
  const read = Thresholds.safeParse(inspection.manifest);
  if (!read.success) return () => true;
  const { default: all, byLabel } = read.data.selection.thresholds;
  return ({ label, score }) => score >= (byLabel[label] ?? all);
}
