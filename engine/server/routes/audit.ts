import { z } from 'zod';
import { readAuditLog } from '../../audits/audit-log.ts';
import { AuditPage } from '../../contract/audit.ts';
import { type Route, route } from '../route.ts';

const AuditQuery = z.object({
  account: z.string().max(64).optional(),
  path: z.string().max(200).optional().describe('What the path begins with, as "/api/cases"'),
  method: z.enum(['GET', 'POST', 'PATCH', 'DELETE']).optional(),
  refused: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
  from: z.iso.date().optional().describe('The first day, on the site’s calendar'),
  until: z.iso.date().optional().describe('The last day'),
  before: z.coerce.number().int().min(1).optional().describe('The "next" of the page before'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const AUDIT_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/audit-log',
    recorded: true,
    who: 'audit.read',
    summary: 'Who looked at evidence, changed something or took it away, the newest first; reading it is recorded too.',
    query: AuditQuery,
    answer: AuditPage,
    run: ({ context, account, query }) => readAuditLog(context.store.db, account, query, context.settings.timeZone),
  }),
];
