import type { zh } from './zh.ts';

type Said<T> = { readonly [K in keyof T]: T[K] extends string ? string : Said<T[K]> };

/** The words of a language: the Chinese ones give the keys. */
export type Words = Said<typeof zh>;
