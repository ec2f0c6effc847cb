import { createAccount, listAccounts } from '../../accounts/accounts.ts';
import { Account, NewAccount } from '../../contract/account.ts';
import { type Route, route } from '../route.ts';
import { AccountList } from '../shapes.ts';

export const ACCOUNT_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/accounts',
    who: 'accounts.read',
    summary: 'The accounts within what the administrator sees.',
    answer: AccountList,
    run: async ({ context, account }) => ({ items: await listAccounts(context.store.db, account) }),
  }),
  route({
    method: 'POST',
    path: '/api/accounts',
    who: 'accounts.write',
    summary: 'Makes an account that sees no more than the administrator who makes it.',
    body: NewAccount,
    answer: Account,
    status: 201,
    run: ({ context, account, body }) => createAccount(context.store.db, body, account),
  }),
];
