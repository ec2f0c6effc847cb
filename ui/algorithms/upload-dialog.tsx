import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { algorithmsAddress, go } from '../addresses.ts';
import { Dialog } from '../design/dialog.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { TextField } from '../design/text-field.tsx';
import { useAction } from '../design/use-action.ts';
import { useWords } from '../words/words.ts';
import { announce, sha256Of } from './sending.ts';

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const VERSION = /^\d{1,6}\.\d{1,6}\.\d{1,6}$/;

/** What a file may be called as an algorithm: its own name, as far as that can be one. */
function nameFromFile(fileName: string): string {
  const plain = fileName.replace(/\.[^.]*$/, '').toLowerCase();
  return plain
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
}

interface UploadDialogProps {
  onClose: () => void;
  onBegun: () => void;
}

/** A file, what it is called, its checksum; then it is on its way. */
export function UploadDialog({ onClose, onBegun }: UploadDialogProps): ReactNode {
  const { t } = useWords();
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState('');
  const [version, setVersion] = useState('1.0.0');
  const [share, setShare] = useState<number | null>(null);
  const closed = useRef(new AbortController());
  useEffect(() => () => closed.current.abort(), []);
  const { busy, problem, start } = useAction(async () => {
    if (!file) return;
    try {
      const sha256 = await sha256Of(file, setShare, closed.current.signal);
      const upload = await announce(file, { name, version, sha256 });
      onBegun();
      onClose();
      go(algorithmsAddress({ upload: upload.id }));
    } finally {
      setShare(null);
    }
  });
  const submit = (happening: FormEvent) => {
    happening.preventDefault();
    start();
  };
  const nameWrong = name !== '' && !NAME.test(name);
  const versionWrong = !VERSION.test(version);
  return (
    <Dialog title={t('upload.title')} onClose={onClose}>
      <form className="act" onSubmit={submit} noValidate>
        <p>{t('upload.what')}</p>
        <div className="field">
          <label htmlFor="upload-file">{t('upload.file')}</label>
          <input
            id="upload-file"
            type="file"
            accept=".onnx,.zip"
            data-focus-first=""
            onChange={(happening) => {
              const chosen = happening.target.files?.[0] ?? null;
              setFile(chosen);
              if (chosen && name === '') setName(nameFromFile(chosen.name));
            }}
          />
        </div>
        <TextField
          label={t('upload.name')}
          value={name}
          onChange={setName}
          maxLength={64}
          wrong={nameWrong ? t('upload.nameWrong') : null}
        />
        <TextField
          label={t('upload.version')}
          value={version}
          onChange={setVersion}
          maxLength={20}
          wrong={versionWrong ? t('upload.versionWrong') : null}
        />
        <p className="quiet-line">{t('upload.stated')}</p>
        {share !== null && (
          <p role="status" className="under-way">
            {t('upload.hashing', { share: Math.floor(100 * share) })}
          </p>
        )}
        {problem && <ProblemNote problem={problem} kept />}
        <div className="actions">
          <button type="button" className="button plain" onClick={onClose}>
            {t('cancel')}
          </button>
          <button
            type="submit"
            className="button primary"
            disabled={!file || name === '' || nameWrong || versionWrong || busy}
          >
            {t('upload.start')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
