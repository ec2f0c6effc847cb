/** Keeps the phone's page for when there is no network, and shows what is pushed. Its scope is /patrol: the desk is served anew. */
const SHELL = 'patrol-shell';
/** Pictures of cases: the page removes them when somebody signs out. */
const PICTURES = 'patrol-pictures';
const PAGE = '/patrol';
const ANSWER_WITHIN_MS = 4000;
const KINDS = {
  assigned: '新派案件',
  rework: '核查不通过，请重新处置',
  recalled: '案件已撤回',
  message: '指挥中心来消息',
  returned: '案件被退回',
  handled: '案件已处置',
  'left-area': '离开责任区',
  escalated: '案件已提级',
};

self.addEventListener('install', (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(page(event));
  else if (/^\/(assets|icons)\/|^\/manifest\.webmanifest$/.test(url.pathname)) event.respondWith(kept(SHELL, request));
  else if (/^\/api\/patrol\/cases\/[^/]+\/(evidence|photos|voices)\//.test(url.pathname))
    event.respondWith(kept(PICTURES, request));
});

self.addEventListener('push', (event) => {
  const { id, kind, about, caseId } = event.data ? event.data.json() : {};
  const shown = { body: about ?? '', tag: id, icon: '/icons/mark-192.png', data: { caseId } };
  event.waitUntil(self.registration.showNotification(KINDS[kind] ?? '城脑 巡查', shown));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const { caseId } = event.notification.data ?? {};
  const address = caseId ? `${PAGE}?case=${encodeURIComponent(caseId)}` : PAGE;
  event.waitUntil(
    self.clients.matchAll({ type: 'window' }).then(async ([open]) => {
      if (!open) return self.clients.openWindow(address);
      await open.focus();
      return open.navigate(address);
    }),
  );
});

/** The page and all that it names, as the server has it now. */
async function keepShell() {
  const answer = await fetch(PAGE, { cache: 'no-store' });
  if (!answer.ok) throw new Error(`the page: ${answer.status}`);
  await keep(answer);
}

async function keep(answer) {
  const shell = await caches.open(SHELL);
  const text = await answer.clone().text();
  const named = [...text.matchAll(/(?:src|href)="(\/(?:assets|icons)\/[^"]+|\/manifest\.webmanifest)"/g)];
  const addresses = [...new Set(named.map(([, address]) => address))];
  const known = await Promise.all(addresses.map((address) => shell.match(address)));
  await shell.addAll(addresses.filter((_, i) => !known[i]));
  await shell.put(PAGE, answer);
}

async function page(event) {
  try {
    const answer = await fetch(event.request, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    if (answer.ok) event.waitUntil(keep(answer.clone()).catch(() => undefined));
    return answer;
  } catch (error) {
    const answer = await (await caches.open(SHELL)).match(PAGE);
    if (answer) return answer;
    throw error;
  }
}

/** What never changes under its address. */
async function kept(name, request) {
  const cache = await caches.open(name);
  const known = await cache.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok && answer.status === 200) await cache.put(request, answer.clone());
  return answer;
}
