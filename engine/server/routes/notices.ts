import { NewWebhook, Notice, PushAddress, Webhook } from '../../contract/notice.ts';
import {
  acknowledgeNotice,
  addWebhook,
  listNotices,
  listWebhooks,
  notePushAddress,
  removePushAddress,
  removeWebhook,
} from '../../notices/read-notices.ts';
import { type Route, route } from '../route.ts';
import { ById, NoticeList, WebhookList } from '../shapes.ts';
import { Trouble } from '../trouble.ts';
import { may } from '../who-may.ts';

export const NOTICE_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/notices',
    who: 'notices.read',
    summary: 'What somebody at the desk should know and nobody has acknowledged, the newest first.',
    answer: NoticeList,
    run: async ({ context, account }) => ({ items: await listNotices(context.store.db, account) }),
  }),
  route({
    method: 'POST',
    path: '/api/notices/:id/acknowledge',
    who: 'notices.read',
    summary: 'Says that the desk knows: no channel tells it any more.',
    params: ById,
    answer: Notice,
    run: ({ context, account, params }) => acknowledgeNotice(context.store.db, account, params.id),
  }),
  route({
    method: 'POST',
    path: '/api/push-addresses',
    who: 'signed-in',
    summary: 'Notes where a browser is told while its page is closed. Never the only channel.',
    body: PushAddress,
    answer: null,
    async run({ context, account, body }) {
      if (!may(account, 'notices.read') && !may(account, 'patrol.own')) {
        throw new Trouble(403, {
          code: 'not-allowed',
          message: 'Nothing is pushed to an account that may not read notices.',
          got: account.roles,
          expected: 'a role of the desk, or an officer',
        });
      }
      await notePushAddress(context.store.db, account, body);
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/push-addresses',
    who: 'signed-in',
    summary: 'Tells a browser of one’s own nothing any more; whether it was told anything is not said.',
    query: PushAddress.pick({ endpoint: true }),
    answer: null,
    run: ({ context, account, query }) => removePushAddress(context.store.db, account, query.endpoint),
  }),
  route({
    method: 'GET',
    path: '/api/webhooks',
    who: 'webhooks.read',
    summary: 'The programs that are told each notice; never what it is signed with.',
    answer: WebhookList,
    run: async ({ context, account }) => ({ items: await listWebhooks(context.store.db, account) }),
  }),
  route({
    method: 'POST',
    path: '/api/webhooks',
    who: 'webhooks.write',
    summary:
      'Has a program told each notice: POST of JSON, HMAC-SHA256 over "timestamp.body", tried until it answers 2xx.',
    body: NewWebhook,
    answer: Webhook,
    status: 201,
    run: ({ context, account, body }) => addWebhook(context.store.db, account, body),
  }),
  route({
    method: 'DELETE',
    path: '/api/webhooks/:id',
    who: 'webhooks.write',
    summary: 'The program is told nothing any more.',
    params: ById,
    answer: null,
    run: ({ context, account, params }) => removeWebhook(context.store.db, account, params.id),
  }),
];
