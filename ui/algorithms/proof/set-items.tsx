import { type ReactNode, useEffect, useState } from 'react';
import { type LabelledItem, LabelledItemPage, type LabelledSet } from '#engine/contract/labelled-set.ts';
import type { Problem } from '#engine/contract/problem.ts';
import { follow, wallAddress } from '../../addresses.ts';
import { Dialog } from '../../design/dialog.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { useAction } from '../../design/use-action.ts';
import { ask, asProblem, request } from '../../live/ask.ts';
import { useWords } from '../../words/words.ts';
import { BoxedPicture } from './boxed-picture.tsx';

const PAGE = 48;
type Wish = { negatives: boolean; class: string | null };
const EVERYTHING: Wish = { negatives: false, class: null };

/** The pictures of a set with their boxes, the newest first, all or those of a class. */
export function SetItems({ set, onChanged }: { set: LabelledSet; onChanged: () => void }): ReactNode {
  const { t } = useWords();
  const [wish, setWish] = useState(EVERYTHING);
  const [opened, setOpened] = useState<LabelledItem | null>(null);
  const { items, next, problem, more } = useItems(set, wish);
  const choices: [key: string, wish: Wish, name: string][] = [
    ['all', EVERYTHING, t('proof.sets.all')],
    ...set.classes.map((name): [string, Wish, string] => [name, { negatives: false, class: name }, name]),
    ['negatives', { negatives: true, class: null }, t('proof.sets.onlyNegatives')],
  ];
  return (
    <section aria-label={t('proof.sets.pictures')}>
      <div className="tabs" role="radiogroup" aria-label={t('proof.sets.classList')}>
        {choices.map(([key, one, name]) => (
          // biome-ignore lint/a11y/useSemanticElements: looks like the other tabs, which are buttons
          <button
            key={key}
            type="button"
            role="radio"
            aria-checked={one.class === wish.class && one.negatives === wish.negatives}
            onClick={() => setWish(one)}
          >
            {name}
          </button>
        ))}
      </div>
      {problem && <ProblemNote problem={problem} />}
      {items?.length === 0 && (
        <div className="empty">
          <strong>{t('proof.sets.empty')}</strong>
          <p>{t('proof.sets.emptyHint')}</p>
        </div>
      )}
      <ul className="item-grid">
        {items?.map((item) => (
          <li key={item.id}>
            <button type="button" data-testid="labelled-item" onClick={() => setOpened(item)}>
              <ItemPicture item={item} small />
              <span className="quiet-line">{item.verdict ? t(`proof.sets.verdict.${item.verdict}`) : item.name}</span>
            </button>
          </li>
        ))}
      </ul>
      {next && (
        <p className="end">
          <button type="button" className="button" onClick={more}>
            {t('proof.sets.more')}
          </button>
        </p>
      )}
      {opened && (
        <ItemDialog
          item={opened}
          onClose={() => setOpened(null)}
          onRemoved={() => {
            setOpened(null);
            onChanged();
          }}
        />
      )}
    </section>
  );
}

function useItems(set: LabelledSet, wish: Wish) {
  const [items, setItems] = useState<LabelledItem[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [after, setAfter] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const asked = `${set.id} ${set.revision} ${wish.class} ${wish.negatives}`;
  const [shown, setShown] = useState(asked);
  const from = shown === asked ? after : null;
  useEffect(() => {
    const stop = new AbortController();
    const query = new URLSearchParams({
      limit: String(PAGE),
      negatives: String(wish.negatives),
      ...(wish.class !== null && { class: wish.class }),
      ...(from !== null && { after: from }),
    });
    ask(LabelledItemPage, `/api/labelled-sets/${set.id}/items?${query}`, { signal: stop.signal }).then(
      (page) => {
        setItems((before) => (from === null ? page.items : [...(before ?? []), ...page.items]));
        setNext(page.next);
        setShown(asked);
        setProblem(null);
      },
      (error) => stop.signal.aborted || setProblem(asProblem(error)),
    );
    return () => stop.abort();
  }, [set.id, wish, from, asked]);
  return { items, next, problem, more: () => setAfter(next) };
}

function ItemPicture({ item, small = false }: { item: LabelledItem; small?: boolean }): ReactNode {
  const { t } = useWords();
  const { id, name, widthPx, heightPx, boxes, crop } = item;
  return (
    <BoxedPicture
      src={`/api/labelled-items/${id}/picture.jpg`}
      alt={t('proof.sets.itemAlt', { name, count: boxes.length })}
      widthPx={widthPx}
      heightPx={heightPx}
      boxes={boxes.map(({ class: called, xyxyPx, crowd }) => ({ name: called, xyxyPx, crowd }))}
      crop={crop}
      small={small}
    />
  );
}

interface ItemDialogProps {
  item: LabelledItem;
  onClose: () => void;
  onRemoved: () => void;
}

function ItemDialog({ item, onClose, onRemoved }: ItemDialogProps): ReactNode {
  const { t } = useWords();
  const { busy, problem, start } = useAction(async () => {
    await request(`/api/labelled-items/${item.id}`, { method: 'DELETE' });
    onRemoved();
  });
  return (
    <Dialog title={item.name} onClose={onClose} wide>
      <ItemPicture item={item} />
      {item.crop && <p className="quiet-line">{t('proof.sets.cropNote')}</p>}
      {problem && <ProblemNote problem={problem} />}
      <div className="actions">
        {item.alertId === null ? (
          <button type="button" className="button plain" disabled={busy} onClick={start}>
            {t('proof.sets.removeItem')}
          </button>
        ) : (
          <a className="button" href={wallAddress(item.alertId)} onClick={follow}>
            {t('proof.sets.ofAlert')}
          </a>
        )}
        <button type="button" className="button" onClick={onClose} data-focus-first="">
          {t('close')}
        </button>
      </div>
    </Dialog>
  );
}
