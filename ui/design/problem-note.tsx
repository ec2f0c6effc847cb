import type { ReactNode } from 'react';
import type { Problem } from '#engine/contract/problem.ts';
import { useWords } from '../words/words.ts';
import { zh } from '../words/zh.ts';

type KnownCode = keyof typeof zh.problem.code;
const isKnown = (code: string): code is KnownCode => code in zh.problem.code;

/** What went wrong, in words: the code's own saying where there is one, the server's message, what was got and expected. */
export function ProblemNote({ problem, kept = false }: { problem: Problem; kept?: boolean }): ReactNode {
  const { t } = useWords();
  const facts = [
    [t('problem.got'), inWords(problem.got)],
    [t('problem.expected'), inWords(problem.expected)],
  ].filter(([, said]) => said !== '');
  return (
    <div className="problem" role="alert">
      <strong>
        {isKnown(problem.code) ? t(`problem.code.${problem.code}`) : `${t('problem.title')} · ${problem.code}`}
      </strong>
      {!isKnown(problem.code) && <p>{problem.message}</p>}
      {facts.length > 0 && (
        <dl>
          {facts.map(([name, said]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd>{said}</dd>
            </div>
          ))}
        </dl>
      )}
      {kept && <p className="quiet-line">{t('problem.kept')}</p>}
    </div>
  );
}

/** A value of the API as a person would write it: text plain, lists with commas, fields as "name: value" on their lines. */
function inWords(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) {
    const told = value.map(inWords).filter((said) => said !== '');
    return told.join(value.some((item) => typeof item === 'object') ? '\n' : ', ');
  }
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([name, item]) => [name, inWords(item)])
    .filter(([, said]) => said !== '')
    .map(([name, said]) => `${name}: ${said}`)
    .join(' · ');
}
