import { type CSSProperties, type ReactNode, useMemo } from 'react';
import { useDesk, useShownMs } from '../live/use-live.ts';
import { sayClock, sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import type { Replay } from './replay.ts';
import { useReplayState } from './use-replay.ts';

const SPAN_MS = 300_000;
const HOUR_MS = 3_600_000;
const LABEL_EVERY_H = 3;

/** The day from its beginning to its end: how many alerts came when, what is not known, and where we are. */
export function TimeStrip({
  replay,
  past,
  onSeek,
}: {
  replay: Replay;
  past: boolean;
  onSeek: (ms: number) => void;
}): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const { atMs, dayName, day } = useReplayState(replay);
  const nowMs = useShownMs();
  const density = useMemo(() => day?.density(SPAN_MS) ?? [], [day]);
  if (!day) return <div className="time-strip waiting" aria-busy="true" />;
  const { fromMs, toMs, untilMs, stops } = day.day;
  const share = (ms: number) => Math.min(1, Math.max(0, (ms - fromMs) / (toMs - fromMs)));
  const percent = (ms: number) => `${(share(ms) * 100).toFixed(3)}%`;
  const most = Math.max(1, ...density);
  const shownMs = past ? atMs : nowMs;
  const span = (from: number, to: number) =>
    ({ left: percent(from), width: `${((share(to) - share(from)) * 100).toFixed(3)}%` }) as CSSProperties;
  const hours: number[] = [];
  for (let ms = fromMs; ms <= toMs; ms += LABEL_EVERY_H * HOUR_MS) hours.push(ms);
  return (
    <div className="time-strip" data-testid="time-strip">
      <div className="bars" title={`${t('replay.density')} · ${t('replay.most', { count: most })}`}>
        <svg viewBox={`0 0 ${density.length} 1`} preserveAspectRatio="none" aria-hidden="true">
          {density.map((count, i) =>
            count === 0 ? null : (
              // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
              <rect key={i} x={i + 0.1} width={0.8} y={1 - count / most} height={count / most} />
            ),
          )}
        </svg>
        {stops.map(({ fromMs: from, toMs: to }) => (
          <span key={from} className="unknown" style={span(from, to)} />
        ))}
        <span className="unknown" style={span(untilMs, toMs)} />
        <span className={past ? 'hand' : 'hand now'} style={{ left: percent(shownMs) }} aria-hidden="true" />
        <input
          type="range"
          className="time-slider"
          data-testid="time-slider"
          min={fromMs}
          max={toMs - 1}
          step={1}
          value={Math.min(toMs - 1, Math.max(fromMs, shownMs))}
          aria-label={t('replay.axis', { day: dayName })}
          aria-valuetext={past ? sayMoment(atMs, site.timeZone) : t('replay.now')}
          onChange={({ target }) => onSeek(Math.min(untilMs, Number(target.value)))}
        />
      </div>
      <div className="hours" aria-hidden="true">
        {hours.map((ms) => (
          <span key={ms} style={{ left: percent(ms) }}>
            {ms >= toMs ? '24:00' : sayClock(ms, site.timeZone).slice(0, 5)}
          </span>
        ))}
      </div>
    </div>
  );
}
