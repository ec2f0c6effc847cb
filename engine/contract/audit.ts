import { z } from 'zod';

/** What somebody asked of the server: looked at evidence, changed something, took something away. */
export const AuditEntry = z.object({
  n: z.number().int(),
  at: z.iso.datetime(),
  accountId: z.string().nullable(),
  by: z.string().nullable().describe('null: nobody was signed in, as before a sign-in that failed'),
  method: z.string(),
  route: z.string().describe('As the API’s document names it'),
  path: z.string(),
  query: z.record(z.string(), z.unknown()).nullable(),
  status: z.number().int(),
  code: z.string().nullable().describe('Why it was refused; null: it was not'),
  fromAddress: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditPage = z.object({
  items: z.array(AuditEntry),
  next: z.number().int().nullable().describe('For "before" of the next page; null: these were the last ones'),
});
export type AuditPage = z.infer<typeof AuditPage>;
