import type { ReactNode } from 'react';
import type { Case, Unit } from '#engine/contract/case.ts';
import type { CaseFilter } from '#engine/contract/case-filter.ts';
import { useSaidOfNow } from '../live/clock.ts';
import { useCity } from '../live/use-live.ts';
import { useWords } from '../words/words.ts';
import { NO_FILTER } from './case-filter.ts';
import { type Lamp, lampOf } from './case-lamp.ts';

const LAMPS = ['red', 'yellow', 'green', 'paused', 'none'] as const;
const COUNTED_EVERY_MS = 5000;

interface LampBoardProps {
  cases: readonly Case[];
  onFilter: (filter: CaseFilter) => void;
}

/** 亮灯: how many open cases of each unit are in time, nearly late and late; a number narrows the queue to them. */
export function LampBoard({ cases, onFilter }: LampBoardProps): ReactNode {
  const { t } = useWords();
  const { units } = useCity();
  const nowMs = useSaidOfNow((atMs) => Math.floor(atMs / COUNTED_EVERY_MS) * COUNTED_EVERY_MS);
  const rows = countByUnit(cases, units, nowMs);
  return (
    <section className="lamp-board surface" aria-label={t('queue.board')} data-testid="lamp-board">
      <header className="list-head">
        <h2>{t('queue.board')}</h2>
        <p className="quiet-line">{t('dispatch.choose')}</p>
      </header>
      {rows.length === 0 ? (
        <p className="quiet-line none">{t('dispatch.none')}</p>
      ) : (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('dispatch.unit')}</th>
                {LAMPS.map((lamp) => (
                  <th key={lamp} scope="col">
                    {t(`dispatch.lamp.${lamp}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ unitId, name, counts }) => (
                <tr key={unitId} data-testid="lamp-row" data-unit={unitId}>
                  <th scope="row">{name ?? t('dispatch.noUnit')}</th>
                  {LAMPS.map((lamp) => (
                    <td key={lamp}>
                      {counts[lamp] === 0 ? (
                        <span className="zero">0</span>
                      ) : (
                        <button
                          type="button"
                          className={`lamp ${lamp}`}
                          aria-label={`${name ?? t('dispatch.noUnit')} ${t(`dispatch.lamp.${lamp}`)} ${counts[lamp]}`}
                          onClick={() => onFilter({ ...NO_FILTER, unit: unitId, lamp })}
                        >
                          {counts[lamp].toLocaleString('en')}
                        </button>
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

interface Counted {
  /** "none": sent to nobody. */
  unitId: string;
  name: string | null;
  counts: Record<Lamp, number>;
}

/** Those of nobody first, then the unit with the most red ones. */
function countByUnit(cases: readonly Case[], units: ReadonlyMap<string, Unit>, nowMs: number): Counted[] {
  const byUnit = new Map<string, Counted>();
  for (const one of cases) {
    const unitId = one.unitId ?? 'none';
    const name = one.unitId === null ? null : (units.get(one.unitId)?.name ?? one.unitName ?? one.unitId);
    const counted = byUnit.get(unitId) ?? { unitId, name, counts: { red: 0, yellow: 0, green: 0, paused: 0, none: 0 } };
    counted.counts[lampOf(one, nowMs)]++;
    byUnit.set(unitId, counted);
  }
  const nobodyFirst = ({ unitId }: Counted) => (unitId === 'none' ? 0 : 1);
  return [...byUnit.values()].sort(
    (a, b) => nobodyFirst(a) - nobodyFirst(b) || b.counts.red - a.counts.red || b.counts.yellow - a.counts.yellow,
  );
}
