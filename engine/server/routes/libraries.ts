import { z } from 'zod';
import type { Account } from '../../contract/account.ts';
import {
  type Library,
  LibraryCount,
  LibraryDetail,
  LibraryDraft,
  LibraryGrant,
  LibraryPatch,
  LibraryUsePage,
  NewLibrary,
  NewLibraryGrant,
} from '../../contract/library.ts';
import { listGrants, readLibraryHistory, readUses } from '../../libraries/read-grants.ts';
import { listLibraries, readLibrary, readMaking, readOwnLibrary } from '../../libraries/read-libraries.ts';
import { grantLibrary, revokeGrant } from '../../libraries/write-grants.ts';
import { countDraft, createLibrary, deleteLibrary, patchLibrary } from '../../libraries/write-libraries.ts';
import type { ServerContext } from '../context.ts';
import { type Route, route } from '../route.ts';
import { ById, LibraryGrantList, LibraryHistory, LibraryList, Revocation } from '../shapes.ts';

const UseQuery = z.object({
  before: z.coerce.number().int().min(1).optional().describe('The "next" of the page before'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const LIBRARY_ROUTES: Route[] = [
  route({
    method: 'GET',
    path: '/api/libraries',
    who: 'libraries.read',
    summary: 'The topic libraries of one’s own division and department, and those granted to it.',
    answer: LibraryList,
    run: async ({ context, account }) => ({ items: await listLibraries(context.store.db, account) }),
  }),
  route({
    method: 'POST',
    path: '/api/libraries',
    who: 'libraries.write',
    summary: 'Makes a library of one’s own cameras: by a rule, by hand, or both.',
    body: NewLibrary,
    answer: LibraryDetail,
    status: 201,
    run: async ({ context, account, body }) =>
      detailOf(context, account, await createLibrary(context.store.db, body, account)),
  }),
  route({
    method: 'POST',
    path: '/api/library-counts',
    who: 'libraries.write',
    summary: 'How many cameras such a library would hold; nothing is kept.',
    body: LibraryDraft,
    answer: LibraryCount,
    run: async ({ context, account, body }) => ({ cameras: await countDraft(context.store.db, body, account) }),
  }),
  route({
    method: 'GET',
    path: '/api/libraries/:id',
    who: 'libraries.read',
    summary: 'One library; of one’s own also how it comes to hold what it holds.',
    params: ById,
    answer: LibraryDetail,
    run: ({ context, account, params }) => detailOf(context, account, params.id),
  }),
  route({
    method: 'PATCH',
    path: '/api/libraries/:id',
    who: 'libraries.write',
    summary: 'Changes what the patch names; the rest stays as it is.',
    params: ById,
    body: LibraryPatch,
    answer: LibraryDetail,
    async run({ context, account, params, body }) {
      await patchLibrary(context.store.db, params.id, body, account);
      return detailOf(context, account, params.id);
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/libraries/:id',
    who: 'libraries.write',
    summary: 'Takes a library away and revokes its grants; its cameras stay.',
    params: ById,
    answer: null,
    run: ({ context, account, params }) => deleteLibrary(context.store.db, params.id, account),
  }),
  route({
    method: 'GET',
    path: '/api/libraries/:id/grants',
    who: 'libraries.write',
    summary: 'All that was ever granted of one’s own library, newest first.',
    params: ById,
    answer: LibraryGrantList,
    async run({ context: { store }, account, params }) {
      await readOwnLibrary(store.db, account, params.id);
      return { items: await listGrants(store.db, params.id) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/libraries/:id/grants',
    who: 'libraries.write',
    summary: 'Lets another division or department see, play, analyse or export a library.',
    params: ById,
    body: NewLibraryGrant,
    answer: LibraryGrant,
    status: 201,
    run: ({ context, account, params, body }) => grantLibrary(context.store.db, params.id, body, account),
  }),
  route({
    method: 'POST',
    path: '/api/library-grants/:id/revoke',
    who: 'libraries.write',
    summary: 'Takes a grant back at once.',
    params: ById,
    body: Revocation,
    answer: LibraryGrant,
    run: ({ context, account, params, body }) => revokeGrant(context.store.db, params.id, body.reason, account),
  }),
  route({
    method: 'GET',
    path: '/api/libraries/:id/history',
    who: 'libraries.write',
    summary: 'What was done to one’s own library, granted and revoked, and by whom; newest first.',
    params: ById,
    answer: LibraryHistory,
    async run({ context: { store }, account, params }) {
      await readOwnLibrary(store.db, account, params.id);
      return { items: await readLibraryHistory(store.db, params.id) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/libraries/:id/uses',
    who: 'libraries.write',
    summary: 'Who of other departments played, looked at, analysed or exported one’s own library; newest first.',
    params: ById,
    query: UseQuery,
    answer: LibraryUsePage,
    async run({ context: { store }, account, params, query: { before, limit } }) {
      await readOwnLibrary(store.db, account, params.id);
      return readUses(store.db, params.id, { before, limit });
    },
  }),
];

async function detailOf(
  { store }: ServerContext,
  account: Account,
  id: string,
): Promise<z.input<typeof LibraryDetail>> {
  const library: Library = await readLibrary(store.db, account, id);
  return { library, making: library.acts === null ? await readMaking(store.db, id) : null };
}
