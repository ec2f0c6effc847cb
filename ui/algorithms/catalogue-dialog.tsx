import { type FormEvent, type ReactNode, useState } from 'react';
import { CatalogueOutcome } from '#engine/contract/algorithm-definition.ts';
import { Dialog } from '../design/dialog.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { useAction } from '../design/use-action.ts';
import { post } from '../live/ask.ts';
import { useWords } from '../words/words.ts';

/** UTF-8, or what spreadsheets here write. */
function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** A list of algorithms, as the province hands it out: names without anything that could run. */
export function CatalogueDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }): ReactNode {
  const { t } = useWords();
  const [file, setFile] = useState<File | null>(null);
  const [outcome, setOutcome] = useState<CatalogueOutcome | null>(null);
  const { busy, problem, start } = useAction(async () => {
    if (!file) return;
    setOutcome(await post(CatalogueOutcome, '/api/algorithm-catalogue', { csv: decode(await file.arrayBuffer()) }));
    onDone();
  });
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    start();
  };
  return (
    <Dialog title={t('catalogue.title')} onClose={onClose}>
      <form className="act" onSubmit={submit} noValidate>
        <p>{t('catalogue.what')}</p>
        <p className="quiet-line">{t('catalogue.hint')}</p>
        <div className="field">
          <label htmlFor="catalogue-file">{t('catalogue.file')}</label>
          <input
            id="catalogue-file"
            type="file"
            accept=".csv,.txt"
            data-focus-first=""
            onChange={(happening) => {
              setFile(happening.target.files?.[0] ?? null);
              setOutcome(null);
            }}
          />
        </div>
        {outcome && (
          <p role="status" data-testid="catalogue-done">
            {t('catalogue.done', { added: outcome.added, known: outcome.known.length })}
          </p>
        )}
        {problem && <ProblemNote problem={problem} kept />}
        <div className="actions">
          <button type="button" className="button plain" onClick={onClose}>
            {t('close')}
          </button>
          <button type="submit" className="button primary" disabled={!file || busy || outcome !== null}>
            {t('catalogue.start')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
