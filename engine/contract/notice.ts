import { z } from 'zod';

export const NoticeKind = z.enum([
  ...(['assigned', 'rework', 'recalled', 'escalated', 'returned', 'handled', 'message', 'left-area'] as const),
]);
export type NoticeKind = z.infer<typeof NoticeKind>;

/** Something that somebody should know soon. Acknowledged by one, it is for all, on every channel. */
export const Notice = z.object({
  id: z.string(),
  kind: NoticeKind,
  at: z.iso.datetime(),
  caseId: z.string().nullable(),
  about: z.string().describe('Who or what it is about'),
  acknowledgedAt: z.iso.datetime().nullable(),
  acknowledgedBy: z.string().nullable(),
});
export type Notice = z.infer<typeof Notice>;

/** Where a browser can be told something while its page is closed. */
export const PushAddress = z.strictObject({
  endpoint: z.url().max(1000),
  keys: z.strictObject({ p256dh: z.string().max(200), auth: z.string().max(100) }),
});
export type PushAddress = z.infer<typeof PushAddress>;

/** Another program that is told each notice, signed; its address only an administrator sets. */
export const Webhook = z.object({
  id: z.string(),
  url: z.string(),
  by: z.string(),
  at: z.iso.datetime(),
  waiting: z.number().int().describe('Notices that it has not taken yet'),
  lastProblem: z.string().nullable().describe('Why it did not take one, the last time that it did not'),
  lastTakenAt: z.iso.datetime().nullable().describe('When it took one last; null: none yet'),
});
export type Webhook = z.infer<typeof Webhook>;

export const NewWebhook = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).max(1000),
  secret: z.string().min(16).max(256).describe('What notices are signed with; it is never told again'),
});
export type NewWebhook = z.infer<typeof NewWebhook>;

/** That something about the work in the field changed: pages that show it read it anew. */
export const FieldNews = z.object({
  id: z.string(),
  of: z.enum(['case', 'notice']),
  caseId: z.string().nullable(),
  unitId: z.string().nullable(),
});
export type FieldNews = z.infer<typeof FieldNews>;
