import { type ReactNode, useEffect, useState } from 'react';
import { Glyph } from '../design/glyph.tsx';
import { serverNowMs, useNowMs } from '../live/clock.ts';
import { useDesk } from '../live/use-live.ts';
import { sayClock, sayDay } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { type Replay, SPEEDS } from './replay.ts';
import './replay.css';
import { TimeStrip } from './time-strip.tsx';
import { useReplayState } from './use-replay.ts';

interface TimeAxisProps {
  replay: Replay;
  past: boolean;
  /** The wall shows the past from now on: the replay has been moved. */
  onPast: () => void;
  onLive: () => void;
  onClose: () => void;
}

/** Now, or a day and a time of it: chosen, dragged, played, or gone through event by event. */
export function TimeAxis({ replay, past, onPast, onLive, onClose }: TimeAxisProps): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const state = useReplayState(replay);
  const { atMs, day, dayName, playing } = state;
  const nowMs = useNowMs();
  useEffect(() => {
    // The strip shows today as soon as it is opened.
    if (!replay.state().day) replay.seek(serverNowMs());
  }, [replay]);
  const seek = (ms: number) => {
    replay.seek(ms);
    if (!past) onPast();
  };
  const toDay = (name: string) => {
    const ms = instantOf(name, sayClock(atMs, site.timeZone).slice(0, 5), site.timeZone);
    if (ms !== null) seek(ms);
  };
  const toTime = (clock: string) => {
    const ms = instantOf(dayName, clock, site.timeZone);
    if (ms !== null) seek(ms);
  };
  const play = () => {
    if (playing) replay.pause();
    else replay.play();
  };
  const step = (by: -1 | 1) => {
    if (replay.step(by) && !past) onPast();
  };
  const neighbour = (by: -1 | 1) => (day ? replay.neighbour(by) : undefined);
  const here = day?.steps.filter((one) => one.atMs === atMs) ?? [];
  return (
    <section className="time-axis surface" data-testid="time-axis" aria-label={t('replay.open')}>
      <div className="controls">
        <button type="button" className="button now" aria-pressed={!past} data-testid="axis-live" onClick={onLive}>
          <span className="dot" aria-hidden="true" />
          {t('replay.now')}
        </button>
        <span className="pick">
          <button
            type="button"
            className="button plain icon"
            aria-label={t('replay.dayBefore')}
            title={t('replay.dayBefore')}
            disabled={!day || dayName <= day.day.firstDay}
            onClick={() => toDay(dayBeside(dayName, -1))}
          >
            <Glyph name="back" />
          </button>
          <input
            type="date"
            aria-label={t('replay.day')}
            value={dayName}
            min={day?.day.firstDay}
            max={day?.day.today}
            onChange={({ target }) => target.value && toDay(target.value)}
          />
          <button
            type="button"
            className="button plain icon after"
            aria-label={t('replay.dayAfter')}
            title={t('replay.dayAfter')}
            disabled={!day || dayName >= day.day.today}
            onClick={() => toDay(dayBeside(dayName, 1))}
          >
            <Glyph name="back" />
          </button>
          <TimeField shown={sayClock(past ? atMs : nowMs, site.timeZone).slice(0, 5)} onTime={toTime} />
        </span>
        <span className="run">
          <button
            type="button"
            className="button plain icon"
            aria-label={t('replay.stepBack')}
            title={`${t('replay.stepBack')} (,)`}
            disabled={!neighbour(-1)}
            onClick={() => step(-1)}
          >
            <Glyph name="earlier" />
          </button>
          <button
            type="button"
            className="button icon"
            data-testid="play"
            aria-label={playing ? t('replay.pause') : t('replay.play')}
            title={playing ? t('replay.pause') : t('replay.play')}
            disabled={!day || !past}
            onClick={play}
          >
            <Glyph name={playing ? 'pause' : 'play'} />
          </button>
          <button
            type="button"
            className="button plain icon"
            aria-label={t('replay.stepOn')}
            title={`${t('replay.stepOn')} (.)`}
            disabled={!neighbour(1)}
            onClick={() => step(1)}
          >
            <Glyph name="later" />
          </button>
        </span>
        <fieldset className="speeds">
          <legend className="only-heard">{t('replay.speed')}</legend>
          {SPEEDS.map((speed) => (
            <label key={speed}>
              <input
                type="radio"
                name="replay-speed"
                className="only-heard"
                checked={speed === state.speed}
                onChange={() => replay.run(speed)}
              />
              <span>{t('replay.speedOf', { speed })}</span>
            </label>
          ))}
        </fieldset>
        <p className="here quiet-line" role="status">
          {past && here.length > 0
            ? t('replay.here', {
                what: here.map(({ kind, cameraName }) => `${t(`replay.step.${kind}`)} · ${cameraName}`).join('; '),
              })
            : past && t('replay.what')}
        </p>
        {!past && (
          <button type="button" className="button plain icon" aria-label={t('replay.close')} onClick={onClose}>
            <Glyph name="close" />
          </button>
        )}
      </div>
      <TimeStrip replay={replay} past={past} onSeek={seek} />
    </section>
  );
}

/** A time of day, "03:05", always of 24 hours whatever the browser's own habit is; taken with Enter or on leaving. */
function TimeField({ shown, onTime }: { shown: string; onTime: (clock: string) => void }): ReactNode {
  const { t } = useWords();
  const [typed, setTyped] = useState<string | null>(null);
  const take = () => {
    const [, hour, minute] = /^\s*([01]?\d|2[0-3])\s*[:：]?\s*([0-5]\d)\s*$/.exec(typed ?? '') ?? [];
    if (hour && minute) onTime(`${hour.padStart(2, '0')}:${minute}`);
    setTyped(null);
  };
  return (
    <input
      type="text"
      className="time"
      inputMode="numeric"
      placeholder="00:00"
      aria-label={t('replay.time')}
      value={typed ?? shown}
      onFocus={({ currentTarget }) => currentTarget.select()}
      onChange={({ target }) => setTyped(target.value)}
      onBlur={() => typed !== null && take()}
      onKeyDown={({ key }) => {
        if (key === 'Enter') take();
        if (key === 'Escape') setTyped(null);
      }}
    />
  );
}

/** The instant at which the site's clock shows a time of a day; null: it never does. */
export function instantOf(day: string, clock: string, timeZone: string): number | null {
  const asked = Date.parse(`${day}T${clock}:00Z`);
  if (Number.isNaN(asked)) return null;
  // The clock is ahead of UTC by what it shows too much; asked twice, since that may change on the way.
  let ms = asked;
  for (let look = 0; look < 2; look++) {
    ms += asked - Date.parse(`${sayDay(ms, timeZone)}T${sayClock(ms, timeZone)}Z`);
  }
  return ms;
}

function dayBeside(day: string, by: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + by * 86_400_000).toISOString().slice(0, 10);
}
