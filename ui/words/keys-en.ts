import type { keysZh } from './keys-zh.ts';

/** What single keys do, in English. */
export const keysEn: typeof keysZh = {
  title: 'Keys',
  move: 'Move in the list of alerts',
  open: 'Open the chosen alert',
  close: 'Close the panel or dialog',
  acknowledge: 'Acknowledge the open alert',
  falseAlarm: 'Call the open alert a false alarm',
  makeCase: 'Make a case of the open alert',
  cases: 'Move in the list of cases',
  search: 'Search the list of cases',
  tick: 'Tick the open case, for several at once',
  assign: 'Assign the open case',
  step: 'The open case: to the button of its next step',
  pairs: 'The open case: to its likely duplicates',
  report: 'On the dispatch page: take up a report',
  help: 'Show the keys',
};
