import type { ReactNode } from 'react';
import type { Case } from '#engine/contract/case.ts';
import { useSaidOfNow } from '../live/clock.ts';
import { useDesk } from '../live/use-live.ts';
import { sayDuration, sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { type Lamp, lampOf } from './case-lamp.ts';

/** Filled the more, the less time there is; crossed when it is over. */
const SHAPE: Record<Exclude<Lamp, 'none'>, string> = {
  green: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16z',
  yellow: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 7v5l3.5 2',
  red: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 7.5v5M12 14.8v1.7',
  paused: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM10 9v6M14 9v6',
};

/** A case's lamp, and in words when it is due or by how much it is late. Nothing where nothing is timed. */
export function CaseLamp({ one }: { one: Case }): ReactNode {
  const { t, language } = useWords();
  const { site } = useDesk();
  const { clock } = one;
  const dueMs = clock?.dueAt ? Date.parse(clock.dueAt) : null;
  const lamp = useSaidOfNow((nowMs) => lampOf(one, nowMs));
  const over = useSaidOfNow((nowMs) => (dueMs === null ? '' : sayDuration(Math.max(0, nowMs - dueMs), language)));
  if (!clock || lamp === 'none') return null;
  return (
    <span className={`lamp ${lamp}`} data-testid="lamp" data-lamp={lamp} title={t(`dispatch.stage.${clock.stage}`)}>
      <svg viewBox="0 0 24 24" role="img" aria-label={t(`dispatch.lamp.${lamp}`)}>
        <path d={SHAPE[lamp]} fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />
      </svg>
      {lamp === 'red'
        ? t('dispatch.overdue', { span: over })
        : lamp === 'paused'
          ? t('dispatch.paused')
          : dueMs !== null && t('dispatch.due', { at: sayMoment(dueMs, site.timeZone) })}
    </span>
  );
}
