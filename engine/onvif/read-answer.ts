import { SaxesParser } from 'saxes';
import { OnvifTrouble } from './onvif-trouble.ts';

/** An element without its namespace: ONVIF's names are clear without, and devices differ in their prefixes. */
export interface Element {
  name: string;
  attributes: Readonly<Record<string, string>>;
  text: string;
  children: Element[];
}

const DEEPEST = 64;
const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** @throws OnvifTrouble `no-onvif`: not well-formed, with a document type, or no SOAP envelope. */
export function readEnvelope(xml: string): Element {
  const parser = new SaxesParser();
  const root: Element = { name: '', attributes: {}, text: '', children: [] };
  const open = [root];
  let trouble: string | null = null;
  parser.on('doctype', () => (trouble ??= 'the answer has a document type'));
  parser.on('error', () => (trouble ??= 'the answer is not well-formed XML'));
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length > DEEPEST) trouble ??= 'the answer is nested too deep';
    const named = Object.entries(attributes).map(([key, value]) => [local(key), value] as const);
    const element: Element = { name: local(name), attributes: Object.fromEntries(named), text: '', children: [] };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  const add = (text: string) => (open.at(-1)!.text += text);
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => void open.pop());
  // A piece at a time, so that what is refused is not unfolded first.
  for (let at = 0; at < xml.length && trouble === null; at += 4096) parser.write(xml.slice(at, at + 4096));
  if (trouble === null) parser.close();
  const envelope = root.children[0];
  if (trouble === null && envelope?.name !== 'Envelope') trouble = 'the answer is no SOAP envelope';
  if (trouble !== null || !envelope) throw new OnvifTrouble('no-onvif', trouble ?? 'the answer is empty');
  return envelope;
}

/** The first element along a path of names. */
export function at(element: Element | undefined, ...path: string[]): Element | undefined {
  let found = element;
  for (const name of path) found = found?.children.find((child) => child.name === name);
  return found;
}

export function all(element: Element | undefined, name: string): Element[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

export function textAt(element: Element | undefined, ...path: string[]): string | null {
  return at(element, ...path)?.text.trim() || null;
}

export function numberAt(element: Element | undefined, ...path: string[]): number | null {
  const text = textAt(element, ...path);
  const value = text === null ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}
