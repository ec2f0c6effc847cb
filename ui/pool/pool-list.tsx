import type { ReactNode } from 'react';
import { CameraHealth } from '#engine/contract/camera-health.ts';
import type { PoolLine } from '#engine/contract/camera-pool.ts';
import { follow, healthAddress, poolAddress } from '../addresses.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { OfflineMark } from '../design/severity-mark.tsx';
import { useDesk } from '../live/use-live.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import type { Pool, PoolWish } from './use-pool.ts';

interface PoolListProps {
  pool: Pool;
  wish: PoolWish;
  onWish: (wish: PoolWish) => void;
  chosenId: string | null;
  onImport: () => void;
}

const LEFT_TO_SHOW_AT_ONCE = 100;

/** The cameras that fit, a hundred at a time. */
export function PoolList({ pool, wish, onWish, chosenId, onImport }: PoolListProps): ReactNode {
  const { t } = useWords();
  const { account } = useDesk();
  const { page, problem, more } = pool;
  const narrowed = Object.values(wish).some((value) => value !== '');
  return (
    <section className="pool-list surface" aria-label={t('pool.title')}>
      <header className="list-head">
        <h2>{t('pool.title')}</h2>
        {page && (
          <p className="quiet-line" role="status" data-testid="pool-total">
            {t('pool.count', { count: page.total })}
          </p>
        )}
        <div className="tools">
          <a className="button" href={healthAddress()} onClick={follow}>
            {t('health.open')}
          </a>
          <a className="button" href="/api/cameras.csv" download>
            {t('pool.export')} CSV
          </a>
          <a className="button" href="/api/cameras.xlsx" download>
            {t('pool.export')} XLSX
          </a>
          {account.roles.includes('administrator') && (
            <button type="button" className="button primary" onClick={onImport}>
              {t('pool.import')}
            </button>
          )}
        </div>
      </header>
      <Filters wish={wish} onWish={onWish} />
      {wish.outage && (
        <p className="pool-outage">
          <OfflineMark label="" />
          {t('outage.pool')}
          <button type="button" className="button plain" onClick={() => onWish({ ...wish, outage: '' })}>
            {t('outage.poolAll')}
          </button>
        </p>
      )}
      {problem && <ProblemNote problem={problem} />}
      {!page && !problem && <p className="waiting quiet-line">{t('loading')}</p>}
      {page && page.items.length === 0 && (
        <div className="empty">
          <strong>{narrowed ? t('pool.none') : t('pool.empty')}</strong>
          {!narrowed && <p>{t('pool.emptyHint')}</p>}
        </div>
      )}
      {page && page.items.length > 0 && (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                {(['state', 'name', 'gbId', 'department', 'county', 'address', 'lastSeen'] as const).map((column) => (
                  <th key={column} scope="col" className={column}>
                    {t(`pool.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {page.items.map((line) => (
                <Line key={line.id} line={line} libraryId={wish.library} chosen={line.id === chosenId} />
              ))}
            </tbody>
          </table>
          {more && (
            <button type="button" className="button plain more" onClick={more}>
              {t('pool.more', { count: Math.min(LEFT_TO_SHOW_AT_ONCE, page.total - page.items.length) })}
            </button>
          )}
        </div>
      )}
    </section>
  );
}

function Filters({ wish, onWish }: Pick<PoolListProps, 'wish' | 'onWish'>): ReactNode {
  const { t } = useWords();
  const kinds = {
    '': 'anyKind',
    analysed: 'analysedOnly',
    registered: 'registeredOnly',
    inspection: 'inspectionOnly',
  } as const;
  return (
    <search className="pool-filters">
      <input
        id="pool-search"
        type="search"
        maxLength={100}
        placeholder={t('pool.search')}
        aria-label={t('pool.searchLabel')}
        value={wish.text}
        onChange={(happening) => onWish({ ...wish, text: happening.target.value })}
      />
      <select
        aria-label={t('pool.stateFilter')}
        value={wish.health}
        onChange={(happening) => onWish({ ...wish, health: happening.target.value })}
      >
        <option value="">{t('pool.anyState')}</option>
        {CameraHealth.options.map((health) => (
          <option key={health} value={health}>
            {t(`health.${health}`)}
          </option>
        ))}
      </select>
      <select
        aria-label={t('pool.kindFilter')}
        value={wish.kind}
        onChange={(happening) => onWish({ ...wish, kind: happening.target.value as PoolWish['kind'] })}
      >
        {Object.entries(kinds).map(([kind, word]) => (
          <option key={kind} value={kind}>
            {t(`pool.${word}`)}
          </option>
        ))}
      </select>
    </search>
  );
}

function Line({ line, libraryId, chosen }: { line: PoolLine; libraryId: string; chosen: boolean }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  return (
    <tr className={chosen ? 'chosen' : undefined} data-testid="pool-line" data-camera-id={line.id}>
      <td className="state">
        {line.state === 'offline' && <OfflineMark label="" />}
        {t(`camera.${line.state}`)}
      </td>
      <td className="name">
        <a
          href={poolAddress(line.id, libraryId)}
          aria-current={chosen ? 'true' : undefined}
          onClick={follow}
          title={line.name}
        >
          {line.name}
        </a>
      </td>
      <td className="gbId">{line.gbId ?? t('unknown')}</td>
      <td className="department">{line.department}</td>
      <td className="county">{line.county?.name ?? t('pool.outside')}</td>
      <td className="address" title={line.address ?? undefined}>
        {line.address ?? t('unknown')}
      </td>
      <td className="lastSeen">{line.lastFrameAt ? sayMoment(line.lastFrameAt, site.timeZone) : t('unknown')}</td>
    </tr>
  );
}
