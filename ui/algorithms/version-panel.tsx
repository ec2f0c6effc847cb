import { type ReactNode, useState } from 'react';
import { AlgorithmVersion, type NewAlgorithmMove } from '#engine/contract/algorithm.ts';
import { FactList } from '../design/fact-list.tsx';
import { post } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { ActDialog } from '../wall/act-dialog.tsx';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { InspectionView } from './inspection-view.tsx';
import { useMayWriteAlgorithms } from './may-write.ts';
import { ProofPanel } from './proof/proof-panel.tsx';
import { RolloutPanel } from './rollout/rollout-panel.tsx';
import { sayBytes } from './say-bytes.ts';
import { StageChip } from './stage-chip.tsx';

type Move = NewAlgorithmMove['move'];

/** What is offered in each stage, the next step first; the server knows what may be done. */
const OFFERED: Readonly<Record<AlgorithmVersion['stage'], readonly Move[]>> = {
  draft: ['validate', 'retire'],
  validated: ['shadow', 'retire'],
  shadow: ['canary', 'withdraw', 'retire'],
  canary: ['promote', 'withdraw', 'retire'],
  full: ['withdraw', 'retire'],
  retired: [],
  quarantined: ['release', 'retire'],
};

interface VersionPanelProps {
  version: AlgorithmVersion;
  onChanged: () => void;
}

/** One version: where it stands and what may be done with it, what was uploaded, what was found, and its history. */
export function VersionPanel({ version, onChanged }: VersionPanelProps): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const mayWrite = useMayWriteAlgorithms();
  const [asked, setAsked] = useState<Move | null>(null);
  const name = `${version.algorithm} ${version.version}`;
  const at = sayMoment(version.at, site.timeZone);
  return (
    <>
      <header className="panel-head" data-testid="version" data-stage={version.stage}>
        <div className="what">
          <h2>{name}</h2>
          <p className="quiet-line">{t('algorithms.uploadedBy', { by: version.uploadedBy, at })}</p>
        </div>
        <StageChip stage={version.stage} />
      </header>
      <div className="scroll">
        {mayWrite && OFFERED[version.stage].length > 0 && (
          <div className="moves">
            {OFFERED[version.stage].map((move, i) => (
              <button
                key={move}
                type="button"
                className={i === 0 && move !== 'withdraw' ? 'button primary' : 'button'}
                onClick={() => setAsked(move)}
              >
                {t(`algorithms.move.${move}`)}
              </button>
            ))}
          </div>
        )}
        <section>
          <h3>{t('algorithms.facts')}</h3>
          <FactList
            facts={[
              [t('algorithms.fileName'), version.fileName],
              [
                t('algorithms.kind'),
                version.inspection.kind ? t(`algorithms.kindOf.${version.inspection.kind}`) : t('unknown'),
              ],
              [t('algorithms.bytes'), sayBytes(version.bytes)],
              [t('algorithms.licence'), version.licence],
              [t('algorithms.sha256'), <code key="sha">{version.sha256}</code>],
            ]}
          />
        </section>
        <Moves version={version} />
        <section className="wide">
          <RolloutPanel version={version} />
        </section>
        <section className="wide">
          <ProofPanel version={version} />
        </section>
        <InspectionView inspection={version.inspection} />
      </div>
      {asked && (
        <ActDialog
          title={t('algorithms.moveTitle', { move: t(`algorithms.move.${asked}`), name })}
          what={t(`algorithms.moveWhat.${asked}`)}
          label={t('algorithms.reason')}
          needed={t('algorithms.reasonNeeded')}
          submit={t(`algorithms.move.${asked}`)}
          run={async (reason) => {
            await post(AlgorithmVersion, `/api/algorithm-versions/${version.id}/moves`, { move: asked, reason });
            onChanged();
          }}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  );
}

function Moves({ version: { moves } }: { version: AlgorithmVersion }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  return (
    <section>
      <h3>{t('algorithms.moves')}</h3>
      {moves.length === 0 && <p className="quiet-line">{t('algorithms.noMoves')}</p>}
      <ol className="history">
        {moves.toReversed().map(({ move, fromStage, toStage, by, reason, at }) => (
          <li key={at} data-testid="move" data-move={move}>
            <time dateTime={at}>{sayMoment(at, site.timeZone)}</time>
            <strong>{t(`algorithms.move.${move}`)}</strong>{' '}
            <span className="quiet-line">
              {t('algorithms.moved', {
                by,
                from: t(`algorithms.stage.${fromStage}`),
                to: t(`algorithms.stage.${toStage}`),
              })}
            </span>
            <p className="said">{reason}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
