import { type ReactNode, useState } from 'react';
import { AlgorithmBound, type AlgorithmDefinition } from '#engine/contract/algorithm-definition.ts';
import { ProblemNote } from '../design/problem-note.tsx';
import { FaultMark } from '../design/severity-mark.tsx';
import { listOf, post } from '../live/ask.ts';
import { useDesk } from '../live/use-live.ts';
import { useNameOfDivision } from '../pool/use-divisions.ts';
import { ActDialog } from '../wall/act-dialog.tsx';
import { sayMoment } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { useMayWriteAlgorithms } from './may-write.ts';
import { useRead } from './use-read.ts';

const BINDINGS = listOf(AlgorithmBound);
const FOLLOWS_EVERY_MS = 5000;
const NAMES_SHOWN = 5;

interface BindingListProps {
  definition: AlgorithmDefinition;
  onChanged: () => void;
}

/** Where an algorithm is bound, by whom, since when; those that were revoked below. */
export function BindingList({ definition, onChanged }: BindingListProps): ReactNode {
  const { t, language } = useWords();
  const mayWrite = useMayWriteAlgorithms();
  const [revoking, setRevoking] = useState<AlgorithmBound | null>(null);
  const { found, problem } = useRead(BINDINGS, `/api/algorithm-bindings?algorithm=${definition.id}`, FOLLOWS_EVERY_MS);
  const open = found?.items.filter(({ revoked }) => revoked === null) ?? [];
  const past = found?.items.filter(({ revoked }) => revoked !== null) ?? [];
  return (
    <section className="wide">
      <h3>{t('binding.title')}</h3>
      {problem && <ProblemNote problem={problem} kept={found !== null} />}
      {found && open.length === 0 && <p className="quiet-line">{t('binding.none')}</p>}
      <ul className="bindings">
        {open.map((bound) => (
          <li key={bound.id} data-testid="binding" data-reaches={bound.reaches} data-beyond={bound.beyond}>
            <BoundText bound={bound} />
            <span className="chip strong">{t('binding.reaches', { count: bound.reaches })}</span>
            {bound.beyond > 0 && (
              <span className="notice">
                <FaultMark label="" />
                <span>{t('binding.beyond', { count: bound.beyond })}</span>
              </span>
            )}
            {mayWrite && (
              <button type="button" className="button" onClick={() => setRevoking(bound)}>
                {t('binding.revoke')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {past.length > 0 && (
        <details>
          <summary>{t('binding.past', { count: past.length })}</summary>
          <ul className="bindings">
            {past.map((bound) => (
              <li key={bound.id}>
                <BoundText bound={bound} />
              </li>
            ))}
          </ul>
        </details>
      )}
      {revoking && (
        <ActDialog
          title={t('binding.revokeTitle', { name: definition.name[language] })}
          what={t('binding.revokeWhat')}
          label={t('binding.revokeReason')}
          needed={t('algorithms.reasonNeeded')}
          submit={t('binding.revoke')}
          run={async (reason) => {
            await post(AlgorithmBound, `/api/algorithm-bindings/${revoking.id}/revoke`, { reason });
            onChanged();
          }}
          onClose={() => setRevoking(null)}
        />
      )}
    </section>
  );
}

function BoundText({ bound }: { bound: AlgorithmBound }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const nameOf = useNameOfDivision();
  const named = (names: readonly string[]) =>
    names.slice(0, NAMES_SHOWN).join(', ') + (names.length > NAMES_SHOWN ? ' …' : '');
  const { cameras, libraries, divisions, hours, days, reason, by, at, revoked } = bound;
  const libraryNames = libraries.map(({ name }) => name ?? t('binding.gone'));
  return (
    <div className="what">
      <p>
        {[
          cameras.length > 0 && t('binding.camera', { count: cameras.length, names: named(cameras) }),
          libraries.length > 0 && t('binding.library', { names: named(libraryNames) }),
          divisions.length > 0 && t('binding.division', { names: named(divisions.map(nameOf)) }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      <p className="quiet-line">
        {t(`binding.day.${days ?? 'all'}`)} {hours?.join(', ') ?? t('binding.allDay')} ·{' '}
        {t('binding.by', { by, at: sayMoment(at, site.timeZone) })} · {reason}
      </p>
      {revoked && (
        <p className="quiet-line">
          {t('binding.revoked', { by: revoked.by, at: sayMoment(revoked.at, site.timeZone), reason: revoked.reason })}
        </p>
      )}
    </div>
  );
}
