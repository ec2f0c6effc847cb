import { type ReactNode, useEffect, useState } from 'react';
import { Glyph } from '../design/glyph.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { listAlerts } from '../live/alert-order.ts';
import { useNowMs } from '../live/clock.ts';
import { useCity, useDesk, useNewAlerts } from '../live/use-live.ts';
import { sayClock, sayDate, sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import type { Replay } from './replay.ts';
import './replay.css';
import { useReplayState, useWrittenAddress, type Written } from './use-replay.ts';

interface ReplayBandProps {
  replay: Replay;
  written: Written;
  /** Said when somebody tried to act. */
  refused: boolean;
  onLive: () => void;
}

/** Says across the whole wall that this is not now, which instant it is, and what happens now meanwhile. */
export function ReplayBand({ replay, written, refused, onLive }: ReplayBandProps): ReactNode {
  const { t, language } = useWords();
  const { site } = useDesk();
  const { atMs, dayName, day, city, problem, caughtUp } = useReplayState(replay);
  useWrittenAddress(replay, written);
  const at = sayMoment(atMs, site.timeZone);
  useEffect(() => {
    const before = document.title;
    document.title = `${t('replay.title')} · ${site.name[language]}`;
    return () => {
      document.title = before;
    };
  }, [t, site, language]);
  const notes: string[] = [];
  if (refused) notes.push(t('replay.noActs'));
  if (!day && !problem) notes.push(t('replay.loading', { day: dayName }));
  if (city?.stopped) notes.push(t('replay.stopped'));
  else if (city && city.unrecorded > 0) notes.push(t('replay.unrecorded', { count: city.unrecorded }));
  if (day && atMs < day.day.stepsFromMs)
    notes.push(t('replay.partial', { at: sayMoment(day.day.stepsFromMs, site.timeZone) }));
  if (caughtUp) notes.push(t('replay.caughtUp'));
  return (
    <section className="replay-band" data-testid="replay-band" aria-label={t('replay.band', { at })}>
      <Glyph name="rewind" />
      <p className="when">
        <b className="name">{t('replay.title')}</b>
        <span>{sayDate(atMs, site.timeZone, language)}</span>
        <time dateTime={new Date(atMs).toISOString()} data-testid="replay-clock">
          {sayClock(atMs, site.timeZone)}
        </time>
        <b className="not-now">{t('replay.notNow')}</b>
      </p>
      <LiveBeside onLive={onLive} />
      {notes.length > 0 && (
        <p className="notes" role="status" data-testid="replay-note">
          {notes.join(' · ')}
        </p>
      )}
      {problem && (
        <div className="notes">
          <ProblemNote problem={problem} />
          <button type="button" className="button" onClick={() => replay.retry()}>
            {t('replay.retry')}
          </button>
        </div>
      )}
    </section>
  );
}

/** The present, beside the past: how many alerts there are now, how many came meanwhile, and the way back. */
function LiveBeside({ onLive }: { onLive: () => void }): ReactNode {
  const { t } = useWords();
  const { alerts } = useCity();
  const nowMs = useNowMs();
  const [fresh, setFresh] = useState(0);
  useNewAlerts((came) => setFresh((before) => before + came.length));
  const { active } = listAlerts(alerts.values(), nowMs);
  return (
    <p className="live-beside">
      <span className={fresh > 0 ? 'fresh' : ''} data-testid="live-beside">
        {t('replay.liveBeside', { count: active.length })} ·{' '}
        <b>{fresh > 0 ? t('replay.newSince', { count: fresh }) : t('replay.noneNew')}</b>
      </span>
      <button type="button" className="button" data-testid="back-to-live" aria-keyshortcuts="L" onClick={onLive}>
        {t('replay.backToLive')}{' '}
        <span className="key" aria-hidden="true">
          L
        </span>
      </button>
    </p>
  );
}
