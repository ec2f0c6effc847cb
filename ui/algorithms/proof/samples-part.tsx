import { type ReactNode, useState } from 'react';
import type { AlgorithmVersion } from '#engine/contract/algorithm.ts';
import { type AlgorithmProof, SampleCheck } from '#engine/contract/algorithm-bench.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import { TextField } from '../../design/text-field.tsx';
import { useAction } from '../../design/use-action.ts';
import { post } from '../../live/ask.ts';
import { useDesk } from '../../live/use-live.ts';
import { sayMoment } from '../../words/say.ts';
import { useWords } from '../../words/words.ts';
import { SamplesView } from '../samples-view.tsx';

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
  const { inspection } = version;
  const hasPicture = inspection.samples.some(({ name }) => proof.samples.includes(name));
  const check = proof.sampleCheck;
  const said = check && { by: check.by, at: sayMoment(check.at, site.timeZone) };
  return (
    <section aria-label={t('proof.panel.samples')}>
      <h3>{t('proof.panel.samples')}</h3>
      {!hasPicture && <p className="quiet-line">{t('proof.panel.noSamples')}</p>}
      {inspection.samples.length > 0 && (
        <SamplesView inspection={inspection} samplesAt={`/api/algorithm-versions/${version.id}/samples`} />
      )}
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
