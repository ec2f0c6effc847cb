import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Kysely } from 'kysely';
import { ProofJobs } from '../algorithms/proof-jobs.ts';
import { LabelledExports } from '../labelled-sets/exports.ts';
import { LabelledImports } from '../labelled-sets/imports.ts';
import type { Schema } from '../store/schema.ts';

const STREET = fileURLToPath(new URL('../../models/street', import.meta.url));

interface Options {
  db: Kysely<Schema>;
  evidenceDir: string;
  say(line: string): void;
}

/** What proves algorithms: work that is done apart, and the sets that it is done on. */
export class Proof {
  readonly jobs: ProofJobs;
  readonly imports: LabelledImports;
  readonly exports: LabelledExports;
  /** Where uploads and versions lie. */
  readonly versionsFolder: string;
  /** Where the pictures of labelled sets lie. */
  readonly setsFolder: string;

  constructor({ db, evidenceDir, say }: Options) {
    this.versionsFolder = join(dirname(evidenceDir), 'algorithms');
    this.setsFolder = join(dirname(evidenceDir), 'labelled-sets');
    this.jobs = new ProofJobs(say);
    const options = { db, folder: this.setsFolder, jobs: this.jobs };
    this.imports = new LabelledImports(options);
    this.exports = new LabelledExports({ ...options, streetFolder: STREET });
  }

  async start(): Promise<void> {
    await this.imports.start();
    await this.exports.start();
  }

  async close(): Promise<void> {
    await this.jobs.close();
  }
}
