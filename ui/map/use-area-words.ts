import { useWords } from '../words/words.ts';

/** Lengths and areas as a person reads them: "120 m", "1.25 km", "12,300 m²", "1.23 km²". */
export function useAreaWords(): { sayLength: (metres: number) => string; saySize: (squareMetres: number) => string } {
  const { t } = useWords();
  const told = (value: number, digits: number) => value.toLocaleString('en', { maximumFractionDigits: digits });
  return {
    sayLength: (metres) =>
      metres < 1000
        ? t('area.metres', { value: told(metres, 0) })
        : t('area.kilometres', { value: told(metres / 1000, 2) }),
    saySize: (squareMetres) =>
      squareMetres < 1e6
        ? t('area.squareMetres', { value: told(squareMetres, 0) })
        : t('area.squareKilometres', { value: told(squareMetres / 1e6, 2) }),
  };
}
