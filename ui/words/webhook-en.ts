import type { webhookZh } from './webhook-zh.ts';

/** Programs that are told each notice; in English. */
export const webhookEn: typeof webhookZh = {
  title: 'Other programs that are told',
  what: 'Each notice to units and to the desk (assigned, recalled, returned, handled, a message, out of the area …) is posted there, signed, until it is answered with 2xx; no more once somebody acknowledged it.',
  add: 'Add an address',
  none: 'No other program is told',
  url: 'Address (http or https)',
  urlWrong: 'Write the whole address, as https://city.example/notices',
  make: 'Add it and make a secret',
  secretOnce: 'The secret that notices are signed with is shown this once. Hand it over now:',
  secretKnown: 'It is kept',
  addedBy: 'added by {{by}}, {{at}}',
  taken: 'Last delivered {{at}}',
  noneTaken: 'Nothing delivered yet',
  waiting: '{{count}} waiting',
  problem: 'Not delivered the last time: {{problem}}',
  remove: 'Remove',
  removeSubmit: 'Remove it, tell it nothing more',
};
