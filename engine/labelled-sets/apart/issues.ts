import type { LabelIssue, LabelIssueCode } from '../../contract/labelled-set.ts';

const MOST_KEPT = 200;
const MOST_TEXT = 300;

/** What is wrong in an archive; the first of many are kept, all are counted. */
export class Issues {
  readonly list: LabelIssue[] = [];
  count = 0;

  add(code: LabelIssueCode, file: string, line: number | null, got: string, expected: string): void {
    this.count++;
    if (this.list.length >= MOST_KEPT) return;
    const short = (text: string) => text.slice(0, MOST_TEXT);
    this.list.push({ code, file: short(file), line, got: short(got), expected: short(expected) });
  }
}
