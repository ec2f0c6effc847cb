import { useEffect, useState } from 'react';
import { useDesk } from '../live/use-live.ts';
import { readCounties } from '../map/counties.ts';
import { useWords } from '../words/words.ts';
import type { NameOfDivision } from './say-library.ts';

interface Division {
  code: string;
  name: string;
}

/** The city and its counties; the city alone until the boundaries are read, and when they cannot be. */
export function useDivisions(): readonly Division[] {
  const { site } = useDesk();
  const { t } = useWords();
  const [counties, setCounties] = useState<readonly Division[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    readCounties(stop.signal).then(
      ({ features }) =>
        setCounties(
          features
            .map(({ properties: { code, name } }) => ({ code, name }))
            .sort((a, b) => a.code.localeCompare(b.code)),
        ),
      // Codes say it as well.
      () => undefined,
    );
    return () => stop.abort();
  }, []);
  return [{ code: site.division, name: t('library.city') }, ...counties];
}

/** Names divisions; one that is not of this city is called by its code. */
export function useNameOfDivision(): NameOfDivision {
  const names = new Map(useDivisions().map(({ code, name }) => [code, name]));
  return (code) => names.get(code) ?? code;
}
