import type { ReactNode } from 'react';
import { Dialog } from '../design/dialog.tsx';
import { useWords } from '../words/words.ts';

/** The keys that the wall answers to. */
export function KeysDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useWords();
  const keys = [
    [['↑', '↓'], t('keys.move')],
    [['Enter'], t('keys.open')],
    [['Esc'], t('keys.close')],
    [['A'], t('keys.acknowledge')],
    [['F'], t('keys.falseAlarm')],
    [['C'], t('keys.makeCase')],
    [['J', 'K'], t('keys.cases')],
    [['/'], t('keys.search')],
    [['X'], t('keys.tick')],
    [['A'], t('keys.assign')],
    [['D'], t('keys.step')],
    [['M'], t('keys.pairs')],
    [['N'], t('keys.report')],
    [['T'], t('replay.keys.open')],
    [['←', '→'], t('replay.keys.move')],
    [[',', '.'], t('replay.keys.step')],
    [['␣'], t('replay.keys.play')],
    [['Home', 'End'], t('replay.keys.ends')],
    [['L'], t('replay.keys.live')],
    [['?'], t('keys.help')],
  ] as const;
  return (
    <Dialog title={t('keys.title')} onClose={onClose}>
      <dl className="keys">
        {keys.map(([names, does]) => (
          <div key={does}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
