import { type KeyboardEvent, memo, type ReactNode, useRef, useState } from 'react';
import type { Alert } from '#engine/contract/alert.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { OfflineMark } from '../design/severity-mark.tsx';
import { isWatching } from '../live/camera-sight.ts';
import { useCity, useConnection, useIsPast } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { AlertItem } from './alert-item.tsx';
import { useBelow } from './use-below.ts';

interface AlertListProps {
  active: Alert[];
  ended: Alert[];
  openId: string | null;
  onOpen: (id: string) => void;
}

const SHOWN_AT_ONCE = 200;

/** The alerts as a listbox: one of them can be reached with Tab, the arrows move, Enter opens. */
export const AlertList = memo(function AlertList({ active, ended, openId, onOpen }: AlertListProps): ReactNode {
  const { t } = useWords();
  const { phase, problem } = useConnection();
  const [atId, setAtId] = useState<string | null>(null);
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const list = useRef<HTMLDivElement>(null);
  const all = [...active.slice(0, shown), ...ended];
  const at = all.find((alert) => alert.id === (atId ?? openId)) ?? all[0];
  const move = (press: KeyboardEvent) => {
    const options = [...(list.current?.querySelectorAll<HTMLElement>('[role="option"]') ?? [])];
    const here = options.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: options.length - 1 }[press.key];
    const option = to === undefined ? undefined : options[Math.min(Math.max(to, 0), options.length - 1)];
    if (!option) return;
    press.preventDefault();
    option.focus();
  };
  const item = (alert: Alert) => (
    <AlertItem
      key={alert.id}
      alert={alert}
      open={alert.id === openId}
      reachable={alert.id === at?.id}
      onReach={setAtId}
      onOpen={onOpen}
    />
  );
  const empty = all.length === 0;
  const notDrawn = Math.max(0, active.length - shown);
  const below = useBelow(list, `${phase} ${all.length}`) + notDrawn;
  return (
    <section className="alert-list surface">
      <header className="list-head">
        <h2>{t('list.title')}</h2>
        {phase !== 'loading' && (
          <p className="quiet-line">
            {t('list.count', { count: active.length })}
            {below > 0 && ` · ${t('list.below', { count: below })}`}
          </p>
        )}
      </header>
      {phase === 'loading' ? (
        <Loading problem={problem !== null}>{problem && <ProblemNote problem={problem} />}</Loading>
      ) : empty ? (
        <NoAlerts />
      ) : (
        <div ref={list} className="items" role="listbox" aria-label={t('list.label')} onKeyDown={move} tabIndex={-1}>
          {active.slice(0, shown).map(item)}
          {active.length > shown && (
            <button type="button" className="button plain" onClick={() => setShown(shown + SHOWN_AT_ONCE)}>
              {t('list.more', { count: Math.min(SHOWN_AT_ONCE, active.length - shown) })}
            </button>
          )}
          {ended.length > 0 && (
            // biome-ignore lint/a11y/useSemanticElements: a group of options inside a listbox is no fieldset
            <div role="group" aria-label={t('list.justEnded')}>
              <p className="group-name" aria-hidden="true">
                {t('list.justEnded')} · {ended.length}
              </p>
              {ended.map(item)}
            </div>
          )}
        </div>
      )}
    </section>
  );
});

function Loading({ problem, children }: { problem: boolean; children: ReactNode }): ReactNode {
  const { t } = useWords();
  return (
    <div className="waiting" aria-busy="true">
      <p className="quiet-line">{problem ? t('list.failed') : t('loading')}</p>
      {children}
    </div>
  );
}

function NoAlerts(): ReactNode {
  const { t } = useWords();
  const { cameras } = useCity();
  const past = useIsPast();
  let off = 0;
  for (const camera of cameras.values()) if (!isWatching(camera)) off += 1;
  return (
    <div className="empty">
      <strong>{t('list.noneTitle')}</strong>
      {cameras.size === 0 ? (
        !past && <p>{t('list.noneNoCamera')}</p>
      ) : off === 0 ? (
        <p>{t('list.noneAllWell', { count: cameras.size })}</p>
      ) : (
        <p className="some-off">
          <OfflineMark label="" />
          {t('list.noneSomeOff', { total: cameras.size, off })}
        </p>
      )}
    </div>
  );
}
