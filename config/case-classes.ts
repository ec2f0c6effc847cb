import { z } from 'zod';

/** A class of cases: code systems disagree, so it is never a code alone. */
export const CaseClass = z.strictObject({
  codeset: z.string().min(1).max(64).describe('The code system, for example "CJ/T 214"'),
  code: z.string().min(1).max(64),
  name: z.strictObject({ zh: z.string().min(1).max(60), en: z.string().min(1).max(60) }),
});
export type CaseClass = z.infer<typeof CaseClass>;

const of = (codeset: string, code: string, zh: string, en: string): CaseClass => ({ codeset, code, name: { zh, en } });

/** What can be reported, in the style of CJ/T 214. Local editions differ: a site states its own. */
export const CASE_CLASSES: readonly CaseClass[] = [
  of('CJ/T 214', '01-02', '暴露垃圾', 'Exposed garbage'),
  of('CJ/T 214', '01-03', '积存垃圾渣土', 'Piled-up rubbish and rubble'),
  of('CJ/T 214', '01-04', '道路不洁', 'Dirty road'),
  of('CJ/T 214', '05-01', '无照经营游商', 'Unlicensed street vendor'),
  of('CJ/T 214', '05-04', '店外经营', 'Trading outside the shop'),
  of('CJ/T 214', '05-05', '机动车乱停放', 'Badly parked vehicle'),
  of('CJ/T 214', '05-06', '非机动车乱停放', 'Badly parked bicycle'),
];
