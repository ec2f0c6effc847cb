import i18next, { type TFunction } from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { en } from './en.ts';
import type { Language } from './say.ts';
import type { Words } from './shape.ts';
import { zh } from './zh.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'page';
    resources: { page: Words };
  }
}

const KEPT_AS = 'chengnao.language';
const TAG: Record<Language, string> = { zh: 'zh-CN', en: 'en' };

/** Reads the kept language (Chinese if there is none) and makes the words ready. */
export function openWords(): void {
  const kept: Language = localStorage.getItem(KEPT_AS) === 'en' ? 'en' : 'zh';
  document.documentElement.lang = TAG[kept];
  void i18next.use(initReactI18next).init({
    lng: kept,
    fallbackLng: 'zh',
    defaultNS: 'page',
    resources: { zh: { page: zh }, en: { page: en } },
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
    initAsync: false,
  });
}

/** Changes the language of the page and keeps it. */
export function chooseLanguage(language: Language): void {
  localStorage.setItem(KEPT_AS, language);
  document.documentElement.lang = TAG[language];
  void i18next.changeLanguage(language);
}

/** The words of the chosen language, and which it is. */
export function useWords(): { t: TFunction<'page'>; language: Language } {
  const { t, i18n } = useTranslation('page');
  return { t, language: i18n.language === 'en' ? 'en' : 'zh' };
}
