import { type ReactNode, useState } from 'react';
import { Account } from '#engine/contract/account.ts';
import { type AuditEntry, AuditPage as AuditLines } from '#engine/contract/audit.ts';
import { appraisalAddress, auditAddress, follow, go, useAddress } from '../addresses.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { Header } from '../header/header.tsx';
import { useKeys } from '../header/use-keys.ts';
import { listOf } from '../live/ask.ts';
import { useAsked } from '../live/use-asked.ts';
import { useDesk } from '../live/use-live.ts';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import './audit.css';

const Accounts = listOf(Account);
/** What of the query narrows the log. */
const NARROWED_BY = ['account', 'path', 'refused', 'from', 'until'] as const;
type Narrowing = Record<(typeof NARROWED_BY)[number], string>;
/** What the paths of the API begin with, by what they are about. */
const SUBJECTS = [
  'session',
  'alerts',
  'cases',
  'case-rates',
  'cameras',
  'libraries',
  'algorithm',
  'accounts',
  'units',
] as const;

/** Who looked at evidence, changed something or took it away, the newest first. */
export function AuditPage(): ReactNode {
  const { t } = useWords();
  const query = new URLSearchParams(useAddress().search);
  const wish = Object.fromEntries(NARROWED_BY.map((name) => [name, query.get(name) ?? ''])) as Narrowing;
  const before = query.get('before');
  const [seq, setSeq] = useState(0);
  const asked = new URLSearchParams(Object.entries({ ...wish, before: before ?? '' }).filter(([, value]) => value));
  const { found, problem } = useAsked(AuditLines, `/api/audit-log?${asked}`, seq);
  const accounts = useAsked(Accounts, '/api/accounts', 0);
  useKeys({ escape: () => go(query.size > 0 ? auditAddress() : appraisalAddress()) });
  const narrow = (change: Partial<Narrowing>) => {
    const next = Object.entries({ ...wish, ...change }).filter(([, value]) => value);
    go(auditAddress(new URLSearchParams(next).toString()));
  };
  const older = new URLSearchParams([...Object.entries(wish), ['before', String(found?.next)]].filter(([, v]) => v));
  return (
    <div className="pool audit" data-testid="audit">
      <Header />
      <main>
        <section className="surface" aria-label={t('audit.title')}>
          <header className="list-head">
            <h2>{t('audit.title')}</h2>
            <p className="quiet-line">{t('audit.hint')}</p>
            <a className="button" href={appraisalAddress()} onClick={follow}>
              {t('audit.back')}
            </a>
          </header>
          <form className="narrowing" onSubmit={(submitted) => submitted.preventDefault()}>
            <label>
              {t('audit.who')}
              <select value={wish.account} onChange={({ target }) => narrow({ account: target.value })}>
                <option value="">{t('audit.all')}</option>
                {accounts.found?.items.map(({ id, displayName }) => (
                  <option key={id} value={id}>
                    {displayName}
                  </option>
                ))}
              </select>
            </label>
            <label>
              {t('audit.what')}
              <select value={wish.path} onChange={({ target }) => narrow({ path: target.value })}>
                <option value="">{t('audit.all')}</option>
                {SUBJECTS.map((subject) => (
                  <option key={subject} value={`/api/${subject}`}>
                    {t(`audit.subject.${subject}`)}
                  </option>
                ))}
              </select>
            </label>
            <label>
              {t('audit.outcome')}
              <select value={wish.refused} onChange={({ target }) => narrow({ refused: target.value })}>
                <option value="">{t('audit.all')}</option>
                <option value="false">{t('audit.done')}</option>
                <option value="true">{t('audit.refused')}</option>
              </select>
            </label>
            <label>
              {t('appraisal.from')}
              <input type="date" value={wish.from} onChange={({ target }) => narrow({ from: target.value })} />
            </label>
            <label>
              {t('appraisal.until')}
              <input type="date" value={wish.until} onChange={({ target }) => narrow({ until: target.value })} />
            </label>
            <button type="button" className="button" onClick={() => setSeq(seq + 1)}>
              {t('audit.again')}
            </button>
          </form>
          {problem && <ProblemNote problem={problem} kept={found !== null} />}
          {!found && !problem && <p className="waiting quiet-line">{t('loading')}</p>}
          {found && found.items.length === 0 && <p className="quiet-line none">{t('audit.none')}</p>}
          {found && found.items.length > 0 && <Lines lines={found.items} />}
          {found && (
            <p className="paging">
              {before && (
                <button type="button" className="button" onClick={() => history.back()}>
                  {t('audit.newer')}
                </button>
              )}
              {found.next !== null && (
                <a className="button" href={auditAddress(older.toString())} onClick={follow}>
                  {t('audit.older')}
                </a>
              )}
            </p>
          )}
        </section>
      </main>
    </div>
  );
}

function Lines({ lines }: { lines: readonly AuditEntry[] }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('audit.at')}</th>
            <th scope="col">{t('audit.who')}</th>
            <th scope="col">{t('audit.did')}</th>
            <th scope="col" className="extra">
              {t('audit.request')}
            </th>
            <th scope="col">{t('audit.outcome')}</th>
            <th scope="col" className="extra">
              {t('audit.from')}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.n} data-testid="audit-line">
              <td>{sayMoment(line.at, site.timeZone)}</td>
              <td>{line.by ?? t('audit.nobody')}</td>
              <td>
                {t(`audit.act.${actOf(line)}`)} {subjectOf(line, t)}
              </td>
              <td className="extra">
                <code>
                  {line.method} {line.path}
                </code>
              </td>
              <td>
                {line.code === null ? t('audit.done') : `${t('audit.refused')} `}
                {line.code !== null && <code>{line.code}</code>}
              </td>
              <td className="extra">{line.fromAddress?.replace(/^::ffff:/, '') ?? t('unknown')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function actOf({ method, path }: AuditEntry) {
  if (path === '/api/session') return method === 'DELETE' ? 'leave' : 'come';
  if (path.endsWith('/views')) return 'look';
  if (method === 'GET') return /\.(csv|xlsx|geojson|xml)$/.test(path) ? 'export' : 'look';
  if (path.endsWith('/downloads')) return 'export';
  return method === 'DELETE' ? 'remove' : method === 'PATCH' ? 'change' : 'do';
}

/** What it was about in words; what has none is named by its path. */
function subjectOf({ path }: AuditEntry, t: ReturnType<typeof useWords>['t']): string {
  const [, , name = '', id = ''] = path.split('/');
  if (path === '/api/session') return '';
  const known = SUBJECTS.find((subject) => name.replace(/\.\w+$/, '') === subject || name.startsWith(`${subject}-`));
  return [known ? t(`audit.subject.${known}`) : name, decodeURIComponent(id)].filter(Boolean).join(' ');
}
