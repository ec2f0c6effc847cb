import type { ReactNode } from 'react';
import { z } from 'zod';
import type { CaseEntryKind } from '#engine/contract/case.ts';
import type { PhotoKind } from '#engine/contract/patrol.ts';
import { sayClock } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { zh } from '../words/zh.ts';
import { stepPost } from './make-post.ts';
import type { OutboxPost } from './outbox.ts';
import { usePatrol } from './patrol-desk.ts';

type KnownConflict = keyof typeof zh.patrol.conflict;
const Noted = z.object({ note: z.string() });

/** What waits to be sent, in order; and what the server will not take, with the ways to settle it. */
export function OutboxList(): ReactNode {
  const { t } = useWords();
  const { posts } = usePatrol();
  if (posts.length === 0) return <p data-testid="outbox-empty">{t('patrol.outboxNone')}</p>;
  const held = new Set(posts.filter(({ conflict }) => conflict).map(({ caseId }) => caseId));
  return (
    <ol className="outbox">
      {posts.map((post) => (
        <li key={post.n} data-testid="outbox-post" data-conflict={post.conflict?.code}>
          <PostName post={post} />
          {post.conflict ? (
            <Conflict post={post} />
          ) : (
            held.has(post.caseId) && <p className="quiet-line">{t('patrol.behind')}</p>
          )}
        </li>
      ))}
    </ol>
  );
}

function useKindOf(): (post: OutboxPost) => string {
  const { t } = useWords();
  return ({ what, kind }) => {
    if (what === 'step') return t(`dispatch.step.${kind as CaseEntryKind}`);
    return what === 'photo' ? t(`patrol.${kind as PhotoKind}`) : '';
  };
}

function PostName({ post }: { post: OutboxPost }): ReactNode {
  const { t } = useWords();
  const { day } = usePatrol();
  const kindOf = useKindOf();
  const { what, caseId, madeAt } = post;
  const one = day?.cases.find(({ id }) => id === caseId);
  return (
    <p>
      <strong>{t(`patrol.outboxWhat.${what}`, { kind: kindOf(post) })}</strong>{' '}
      <span className="quiet-line">
        {one?.cameraName ?? ''} {sayClock(madeAt, day?.site.timeZone ?? 'Asia/Shanghai')}
      </span>
    </p>
  );
}

function Conflict({ post }: { post: OutboxPost }): ReactNode {
  const { t } = useWords();
  const { desk, day } = usePatrol();
  const kindOf = useKindOf();
  const { conflict, what } = post;
  if (!conflict) return null;
  const code: KnownConflict = conflict.code in zh.patrol.conflict ? (conflict.code as KnownConflict) : 'other';
  const asNote = () => {
    const said = Noted.safeParse(post.json).data?.note ?? '';
    const at = sayClock(post.madeAt, day?.site.timeZone ?? 'Asia/Shanghai');
    // Another post, so another id: the server has refused this one, not done it.
    const { clientId, json } = stepPost(
      post.caseId,
      'noted',
      t('patrol.noteOfStep', { kind: kindOf(post), at, note: said }),
    );
    return desk.settle(post, { clientId, kind: 'noted', json });
  };
  return (
    <div className="conflict" role="alert">
      <p>{t('patrol.conflictTitle')}</p>
      <p>
        <strong>{t(`patrol.conflict.${code}`, { message: conflict.message })}</strong>
      </p>
      <div className="acts">
        {what === 'step' && post.kind !== 'noted' && (
          <button type="button" className="button primary" data-testid="keep-as-note" onClick={() => void asNote()}>
            {t('patrol.keepAsNote')}
          </button>
        )}
        <button type="button" className="button" onClick={() => void desk.settle(post, 'again')}>
          {t('patrol.tryAgain')}
        </button>
        <button type="button" className="button" onClick={() => void desk.settle(post, 'give-up')}>
          {t('patrol.giveUp')}
        </button>
      </div>
    </div>
  );
}
