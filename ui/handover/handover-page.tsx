import { type FormEvent, type ReactNode, useCallback, useEffect, useState } from 'react';
import { Case } from '#engine/contract/case.ts';
import { Handover } from '#engine/contract/patrol.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { dispatchAddress, follow } from '../addresses.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { SeverityMark } from '../design/severity-mark.tsx';
import { TextField } from '../design/text-field.tsx';
import { Header } from '../header/header.tsx';
import { ask, asProblem, listOf, post, Refused } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import '../officers/officers.css';
import { sayMoment } from '../words/say.ts';
import { sayCase } from '../words/say-rule.ts';
import { useWords } from '../words/words.ts';

/** 交接班: what is open now, taken over with a typed name; and what was taken over before. */
export function HandoverPage(): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const { open, past, problem, read } = useSheet();
  return (
    <div className="field-page handover" data-testid="handover">
      <Header />
      <main>
        <section className="handover-sheet surface" aria-label={t('handover.title')}>
          <header className="list-head">
            <h2>{t('handover.title')}</h2>
            {open && <p className="quiet-line">{t('handover.open', { count: open.length })}</p>}
            <div className="tools">
              <button type="button" className="button" onClick={() => print()}>
                {t('handover.print')}
              </button>
            </div>
          </header>
          {problem && <ProblemNote problem={problem} />}
          {!open && !problem && <p className="waiting quiet-line">{t('loading')}</p>}
          {open && (
            <>
              <Sheet open={open} />
              <Signing open={open} read={read} />
            </>
          )}
          {past && (
            <div className="past">
              <h3>{t('handover.past')}</h3>
              {past.length === 0 && <p className="quiet-line">{t('handover.pastNone')}</p>}
              <ul>
                {past.map(({ id, at, signedBy, account, givenBy, cases, note }) => (
                  <li key={id}>
                    {sayMoment(at, site.timeZone)}{' '}
                    {t('handover.signed', { name: signedBy, account, givenBy, count: cases.length })}
                    {note && <span className="quiet-line"> {note}</span>}
                  </li>
                ))}
              </ul>
            </div>
          )}
        </section>
      </main>
    </div>
  );
}

function Sheet({ open }: { open: readonly Case[] }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  if (open.length === 0) {
    return (
      <div className="empty">
        <strong>{t('handover.none')}</strong>
      </div>
    );
  }
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('handover.case')}</th>
            <th scope="col">{t('handover.place')}</th>
            <th scope="col">{t('handover.state')}</th>
            <th scope="col">{t('handover.unit')}</th>
            <th scope="col" className="extra">
              {t('handover.opened')}
            </th>
          </tr>
        </thead>
        <tbody>
          {open.map((one) => (
            <tr key={one.id}>
              <td>
                <SeverityMark severity={one.severity} hollow={one.state !== 'opened'} />{' '}
                <a href={dispatchAddress(one.id)} onClick={follow}>
                  {one.id}
                </a>{' '}
                {sayCase(one)}
              </td>
              <td>{one.cameraName}</td>
              <td>{one.suspended ? t('dispatch.suspendedMark') : t(`dispatch.state.${one.state}`)}</td>
              <td>{one.unitName ?? t('dispatch.noUnit')}</td>
              <td className="extra">{sayMoment(one.openedAt, site.timeZone)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Signing({ open, read }: { open: readonly Case[]; read: () => Promise<void> }): ReactNode {
  const { t } = useWords();
  const { account } = useDesk();
  const [givenBy, setGivenBy] = useState('');
  const [note, setNote] = useState('');
  const [signature, setSignature] = useState('');
  const [pressed, setPressed] = useState(false);
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<'done' | 'reread' | Problem | null>(null);
  const maySign = account.roles.some((role) => role === 'dispatcher' || role === 'administrator');
  const sign = async () => {
    setBusy(true);
    try {
      const caseIds = open.map(({ id }) => id);
      await post(Handover, '/api/handovers', { signature: signature.trim(), givenBy: givenBy.trim(), note, caseIds });
      setSaid('done');
      setSignature('');
      setNote('');
      setPressed(false);
    } catch (error) {
      const outdated = error instanceof Refused && error.problem.code === 'sheet-outdated';
      setSaid(outdated ? 'reread' : asProblem(error));
    }
    setBusy(false);
    await read();
  };
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    setPressed(true);
    if (givenBy.trim() !== '' && signature.trim().length > 1) void sign();
  };
  if (!maySign) return <p className="quiet-line hint">{t('handover.mayNot')}</p>;
  return (
    <form onSubmit={submit} noValidate>
      <p className="quiet-line">{t('handover.what')}</p>
      <div className="note">
        <TextField label={t('handover.note')} value={note} onChange={setNote} maxLength={4000} />
      </div>
      <TextField
        label={t('handover.givenBy')}
        value={givenBy}
        onChange={setGivenBy}
        required
        maxLength={80}
        wrong={pressed && givenBy.trim() === '' ? t('handover.needed') : null}
      />
      <TextField
        label={t('handover.signature')}
        value={signature}
        onChange={setSignature}
        required
        maxLength={80}
        wrong={pressed && signature.trim().length < 2 ? t('handover.needed') : null}
      />
      <button type="submit" className="button primary" disabled={busy} data-testid="sign">
        {t('handover.submit')}
      </button>
      {said === 'done' || said === 'reread' ? (
        <p role="status">{t(`handover.${said}`)}</p>
      ) : (
        said && <ProblemNote problem={said} kept />
      )}
    </form>
  );
}

function useSheet(): {
  open: Case[] | null;
  past: Handover[] | null;
  problem: Problem | null;
  read: () => Promise<void>;
} {
  const [open, setOpen] = useState<Case[] | null>(null);
  const [past, setPast] = useState<Handover[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const read = useCallback(async () => {
    try {
      const [cases, handovers] = await Promise.all([
        ask(listOf(Case), '/api/cases?state=open'),
        ask(listOf(Handover), '/api/handovers'),
      ]);
      setOpen(cases.items);
      setPast(handovers.items);
      setProblem(null);
    } catch (error) {
      setProblem(asProblem(error));
    }
  }, []);
  useEffect(() => void read(), [read]);
  return { open, past, problem, read };
}
