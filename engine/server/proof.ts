import { dirname, join } from 'node:path';
import type { Kysely } from 'kysely';
import { ProofJobs } from '../algorithms/proof-jobs.ts';
import type { Schema } from '../store/schema.ts';

interface Options {
  db: Kysely<Schema>;
  evidenceDir: string;
  say(line: string): void;
}

/** What proves algorithms: work that is done apart, and the sets that it is done on. */
export class Proof {
  readonly jobs: ProofJobs;
  /** Where uploads and versions lie. */
  readonly versionsFolder: string;

  constructor({ evidenceDir, say }: Options) {
    this.jobs = new ProofJobs(say);
    this.versionsFolder = join(dirname(evidenceDir), 'algorithms');
  }

  async start(): Promise<void> {}

  async close(): Promise<void> {
    await this.jobs.close();
  }
}
