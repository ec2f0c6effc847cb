import { SaxesParser } from 'saxes';
import { Refusal } from '../contract/refusal.ts';

export interface Markup<T> {
  /** Names without their prefix. */
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text(text: string): void;
  close(name: string): void;
  /** What has become whole since it was last asked. */
  take(): T[];
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/**
 * Runs XML through a reader, a piece at a time. A document type is refused: with it a small file could unfold into
 * one without end, or ask for other files.
 * @throws Refusal 422 `unreadable-file`, `document-type`.
 */
export async function* readMarkup<T>(pieces: AsyncIterable<string>, markup: Markup<T>): AsyncGenerator<T> {
  const parser = new SaxesParser();
  let trouble: Refusal | null = null;
  parser.on('doctype', () => {
    trouble ??= new Refusal(422, 'document-type', 'The file has a document type.', {
      got: '<!DOCTYPE …>',
      expected: 'XML without one',
    });
  });
  parser.on('error', (cause) => {
    trouble ??= new Refusal(422, 'unreadable-file', 'The file is not well-formed XML.', {
      got: cause.message.slice(0, 200),
      expected: 'well-formed XML',
      cause,
    });
  });
  parser.on('opentag', ({ name, attributes }) => markup.open(local(name), attributes));
  parser.on('text', (text) => markup.text(text));
  parser.on('cdata', (text) => markup.text(text));
  parser.on('closetag', ({ name }) => markup.close(local(name)));
  for await (const piece of pieces) {
    parser.write(piece);
    if (trouble) throw trouble;
    yield* markup.take();
  }
  parser.close();
  if (trouble) throw trouble;
  yield* markup.take();
}
