import { type ReactNode, useState } from 'react';
import type { LabelledSet } from '#engine/contract/labelled-set.ts';
import { go, proofAddress } from '../../addresses.ts';
import { Dialog } from '../../design/dialog.tsx';
import { FactList } from '../../design/fact-list.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { useAction } from '../../design/use-action.ts';
import { request } from '../../live/ask.ts';
import { useDesk } from '../../live/use-live.ts';
import { sayDuration, sayMoment } from '../../words/say.ts';
import { useWords } from '../../words/words.ts';
import { ExportSetDialog } from './export-set-dialog.tsx';
import { ImportSetDialog } from './import-set-dialog.tsx';
import { SetItems } from './set-items.tsx';

type Open = 'import' | 'export' | 'remove' | null;

/** One set: what it is, its pictures, and what may be done with it. */
export function SetPanel({ set, onChanged }: { set: LabelledSet; onChanged: () => void }): ReactNode {
  const { t, language } = useWords();
  const { site } = useDesk();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const span = (ms: number) => sayDuration(ms, language);
  const isMade = set.algorithm === null;
  return (
    <>
      <header className="panel-head" data-testid="set-panel">
        <div className="what">
          <h2>{isMade ? set.name : t('proof.sets.ofVerdicts', { algorithm: set.algorithm })}</h2>
          <p className="quiet-line">{set.licence}</p>
        </div>
        {isMade && (
          <button type="button" className="button" onClick={() => setOpen('import')}>
            {t('proof.sets.import')}
          </button>
        )}
        <button type="button" className="button" disabled={set.pictures === 0} onClick={() => setOpen('export')}>
          {t('proof.sets.export')}
        </button>
      </header>
      <div className="scroll padded">
        <FactList
          facts={[
            [t('proof.sets.pictures'), set.pictures.toLocaleString('en')],
            [t('proof.sets.boxes'), set.boxes.toLocaleString('en')],
            [t('proof.sets.negatives'), set.negatives.toLocaleString('en')],
            [t('proof.sets.revision'), set.revision],
            [t('proof.sets.by'), `${set.by} · ${sayMoment(set.at, site.timeZone)}`],
            [t('proof.sets.classList'), set.classes.join('、') || t('unknown')],
            [
              t('proof.sets.clips'),
              set.clips.length === 0
                ? t('proof.sets.noClips')
                : set.clips
                    .map(({ name, durationMs, everyMs, pictures }) =>
                      t('proof.sets.clip', { name, span: span(durationMs), every: span(everyMs), count: pictures }),
                    )
                    .join('; '),
            ],
          ]}
        />
        <SetItems set={set} onChanged={onChanged} />
        {isMade && (
          <p className="end">
            <button type="button" className="button plain" onClick={() => setOpen('remove')}>
              {t('proof.sets.remove')}
            </button>
          </p>
        )}
      </div>
      {open === 'import' && <ImportSetDialog set={set} onClose={close} onApplied={onChanged} />}
      {open === 'export' && <ExportSetDialog set={set} onClose={close} />}
      {open === 'remove' && <RemoveSetDialog set={set} onClose={close} onRemoved={onChanged} />}
    </>
  );
}

interface RemoveProps {
  set: LabelledSet;
  onClose: () => void;
  onRemoved: () => void;
}

function RemoveSetDialog({ set, onClose, onRemoved }: RemoveProps): ReactNode {
  const { t } = useWords();
  const { busy, problem, start } = useAction(async () => {
    await request(`/api/labelled-sets/${set.id}`, { method: 'DELETE' });
    onClose();
    onRemoved();
    go(proofAddress({ tab: 'sets' }));
  });
  return (
    <Dialog title={`${t('proof.sets.remove')} · ${set.name}`} onClose={onClose}>
      <p>{t('proof.sets.removeWhat')}</p>
      {problem && <ProblemNote problem={problem} />}
      <div className="actions">
        <button type="button" className="button plain" onClick={onClose} data-focus-first="">
          {t('cancel')}
        </button>
        <button type="button" className="button" disabled={busy} onClick={start}>
          {t('proof.sets.removeSure')}
        </button>
      </div>
    </Dialog>
  );
}
