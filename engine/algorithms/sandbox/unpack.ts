import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { Refused } from './findings.ts';

/** What deflate can do at best is a thousand to one; no model or picture comes near this. */
const MOST_RATIO = 200;
const SMALL_BYTES = 1024 * 1024;
const UNIX_LINK = 0o120000;
const UNIX_KIND = 0o170000;
/** What an archive may hold. One folder around everything is taken off before a name is looked at. */
interface ArchiveRules {
  mostParts: number;
  part: RegExp;
  /** What `part` says, in words. */
  expected: string;
  /** What is left where it is, whatever it is called. */
  passedOver: RegExp;
}

const PACKAGE_RULES: ArchiveRules = {
  mostParts: 200,
  part: /^(?:samples\/)?[\p{L}\p{N}_-][\p{L}\p{N}._ -]{0,119}$/u,
  expected: 'a file, or one in samples/',
  passedOver: /^__MACOSX\//,
};

/** A part of a package: its name below the package's folder. */
export interface Part {
  name: string;
  bytes: number;
}

/**
 * Unpacks a package into `folder`. Everything that the archive states is checked before the first byte is inflated, and
 * yauzl ends what unfolds into more than it stated. @throws Refused
 */
export async function unpack(
  path: string,
  folder: string,
  mostBytes: number,
  rules: ArchiveRules = PACKAGE_RULES,
): Promise<Part[]> {
  const zip = await promisify<string, yauzl.Options, ZipFile>(yauzl.open)(path, {
    lazyEntries: true,
    autoClose: false,
    strictFileNames: true,
  }).catch((cause: Error) => {
    throw damaged(cause);
  });
  try {
    const entries = await listEntries(zip, mostBytes, rules);
    const around = commonFolder(entries.map(({ fileName }) => fileName));
    const parts: Part[] = [];
    const names = new Set<string>();
    for (const entry of entries) {
      const name = entry.fileName.slice(around.length);
      if (!rules.part.test(name)) throw new Refused('zip-path', entry.fileName, name, rules.expected);
      if (names.has(name)) throw new Refused('zip-damaged', name, 'twice', 'once');
      const to = join(folder, name);
      await mkdir(dirname(to), { recursive: true });
      await pipeline(await openPart(zip, entry), createWriteStream(to, { flags: 'wx' })).catch((cause) => {
        throw damaged(cause);
      });
      parts.push({ name, bytes: entry.uncompressedSize });
      names.add(name);
    }
    return parts;
  } finally {
    zip.close();
  }
}

const damaged = (cause: Error) =>
  /relative path|absolute path|invalid characters/.test(cause.message)
    ? new Refused('zip-path', 'the archive', cause.message, 'names inside the package', cause)
    : new Refused('zip-damaged', 'the archive', cause.message, 'a whole zip archive', cause);

function openPart(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(damaged(error)) : resolve(stream)));
  });
}

function listEntries(zip: ZipFile, mostBytes: number, rules: ArchiveRules): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    let unfoldedBytes = 0;
    let count = 0;
    zip.on('error', (cause: Error) => reject(damaged(cause)));
    zip.on('end', () => resolve(entries));
    zip.on('entry', (entry: Entry) => {
      unfoldedBytes += entry.uncompressedSize;
      count++;
      const refused = refusal(entry, count, unfoldedBytes, mostBytes, rules.mostParts);
      if (refused) {
        reject(refused);
        return;
      }
      if (!entry.fileName.endsWith('/') && !rules.passedOver.test(entry.fileName)) entries.push(entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
}

function refusal(
  entry: Entry,
  count: number,
  unfoldedBytes: number,
  mostBytes: number,
  mostParts: number,
): Refused | null {
  const { fileName, compressedSize, uncompressedSize, generalPurposeBitFlag, externalFileAttributes } = entry;
  if (count > mostParts)
    return new Refused('zip-too-many-parts', 'the archive', `${count} parts`, `at most ${mostParts}`);
  if (unfoldedBytes > mostBytes) {
    return new Refused(
      'zip-unfolds-too-large',
      fileName,
      `${unfoldedBytes} bytes so far`,
      `at most ${mostBytes} in all`,
    );
  }
  if (uncompressedSize > SMALL_BYTES && uncompressedSize > MOST_RATIO * compressedSize) {
    const got = `${compressedSize} bytes that unfold into ${uncompressedSize}`;
    return new Refused('zip-unfolds-too-large', fileName, got, `at most ${MOST_RATIO} times as many`);
  }
  if ((generalPurposeBitFlag & 1) !== 0) return new Refused('zip-encrypted', fileName, 'encrypted', 'open to read');
  const kind = (externalFileAttributes >>> 16) & UNIX_KIND;
  if (kind === UNIX_LINK) return new Refused('zip-link', fileName, 'a link', 'a file');
  return null;
}

/** The one folder that everything lies in, with its slash; '' where there is none. */
function commonFolder(names: readonly string[]): string {
  const first = /^[^/]+\//.exec(names[0] ?? '')?.[0] ?? '';
  return first !== 'samples/' && names.every((name) => name.startsWith(first)) ? first : '';
}
