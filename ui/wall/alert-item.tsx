import { memo, type ReactNode } from 'react';
import type { Alert } from '#engine/contract/alert.ts';
import { SeverityMark } from '../design/severity-mark.tsx';
import { alertState, isUntouched, lastingMs } from '../live/alert-order.ts';
import { useSaidOfKnown } from '../live/use-live.ts';
import { sayDuration } from '../words/say.ts';
import { sayRule } from '../words/say-rule.ts';
import { useWords } from '../words/words.ts';

interface AlertItemProps {
  alert: Alert;
  open: boolean;
  reachable: boolean;
  onReach: (id: string) => void;
  onOpen: (id: string) => void;
}

/** One line of the list: what, where, for how long, and whether somebody has it in hand. */
export const AlertItem = memo(function AlertItem({
  alert,
  open,
  reachable,
  onReach,
  onOpen,
}: AlertItemProps): ReactNode {
  const { t } = useWords();
  const untouched = isUntouched(alert);
  const state = alertState(alert);
  return (
    <div
      role="option"
      className={untouched ? 'alert-item untouched' : 'alert-item'}
      data-testid="alert-item"
      data-alert-id={alert.id}
      data-severity={alert.severity}
      aria-selected={open}
      tabIndex={reachable ? 0 : -1}
      onFocus={() => onReach(alert.id)}
      onClick={() => onOpen(alert.id)}
      onKeyDown={(press) => {
        if (press.key !== 'Enter' && press.key !== ' ') return;
        press.preventDefault();
        onOpen(alert.id);
      }}
    >
      <SeverityMark severity={alert.severity} hollow={!untouched} />
      <span className="rule">{sayRule(alert)}</span>
      <Lasting alert={alert} />
      <span className="camera" title={alert.cameraName}>
        {alert.cameraName}
      </span>
      <span className="county">{alert.county?.name ?? t('panel.noCounty')}</span>
      <span className="states">
        {alert.presence === 'ended' && <span className="chip">{t('state.ended')}</span>}
        <span className={untouched ? 'chip strong' : 'chip'}>{t(`state.${state}`)}</span>
      </span>
    </div>
  );
});

/** How long the thing has been there; on its own, so that only it is drawn when it says something else. */
function Lasting({ alert }: { alert: Alert }): ReactNode {
  const { language } = useWords();
  const lasting = useSaidOfKnown(alert, (knownMs) => sayDuration(lastingMs(alert, knownMs), language));
  return <span className="lasting">{lasting}</span>;
}
