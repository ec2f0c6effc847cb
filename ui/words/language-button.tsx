import type { ReactNode } from 'react';
import { chooseLanguage, useWords } from './words.ts';

/** Switches to the other language; it says so in that one. */
export function LanguageButton(): ReactNode {
  const { t, language } = useWords();
  return (
    <button
      type="button"
      className="button plain"
      title={t('header.languageHint')}
      onClick={() => chooseLanguage(language === 'zh' ? 'en' : 'zh')}
    >
      {t('header.language')}
    </button>
  );
}
