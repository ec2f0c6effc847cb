import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProofJobs } from '../algorithms/proof-jobs.ts';
import { LabelledExports } from '../labelled-sets/exports.ts';
import { LabelledImports } from '../labelled-sets/imports.ts';
import { VerdictIntake } from '../labelled-sets/verdict-intake.ts';
import type { Store } from '../store/open-store.ts';

const STREET = fileURLToPath(new URL('../../models/street', import.meta.url));

interface Options {
  store: Pick<Store, 'db' | 'evidenceDir'>;
  say(line: string): void;
}

/** What proves algorithms: work that is done apart, and the sets that it is done on. */
export class Proof {
  readonly jobs: ProofJobs;
  readonly imports: LabelledImports;
  readonly exports: LabelledExports;
  readonly verdicts: VerdictIntake;
  /** Where uploads and versions lie. */
  readonly versionsFolder: string;
  /** Where the pictures of labelled sets lie. */
  readonly setsFolder: string;

  constructor({ store, say }: Options) {
    const { db, evidenceDir } = store;
    this.versionsFolder = join(dirname(evidenceDir), 'algorithms');
    this.setsFolder = join(dirname(evidenceDir), 'labelled-sets');
    this.jobs = new ProofJobs(say);
    const options = { db, folder: this.setsFolder, jobs: this.jobs };
    this.imports = new LabelledImports(options);
    this.exports = new LabelledExports({ ...options, streetFolder: STREET });
    this.verdicts = new VerdictIntake({ store, folder: this.setsFolder, say });
  }

  async start(): Promise<void> {
    await this.imports.start();
    await this.exports.start();
    this.verdicts.start();
  }

  async close(): Promise<void> {
    await Promise.all([this.jobs.close(), this.verdicts.close()]);
  }
}
