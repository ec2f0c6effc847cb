import { z } from 'zod';

/** What a version takes on this host, with one thread; measured in a process of its own, appended, never changed. */
export const AlgorithmBench = z.object({
  versionId: z.string(),
  at: z.iso.datetime(),
  by: z.string(),
  hostCpu: z.string().describe('The processor’s name, as the system tells it'),
  cores: z.number().int(),
  msP50: z.number().describe('For one picture that is already of the size that the graph takes, to boxes'),
  msP95: z.number(),
  loadMs: z.number().describe('From the file to the first answer'),
  rssBytes: z.number().int().describe('Resident memory that opening it and looking took'),
  pictures: z.number().int().describe('How many times it looked'),
  onSamples: z.boolean().describe('At pictures of its package; false: it has none, and looked at noise'),
  streamsPerCore: z
    .array(z.object({ everyMs: z.number(), streams: z.number() }))
    .describe('How many cameras one core carries when each is looked at so often, by msP95; decoding is not in it'),
});
export type AlgorithmBench = z.infer<typeof AlgorithmBench>;

/** How the time of one picture becomes cameras: each looks once in `everyMs`. */
export function streamsPerCore(msP95: number, everyMs: number): number {
  return Math.floor((10 * everyMs) / msP95) / 10;
}

/** Nothing is asked beyond which version it is. */
export const NewAlgorithmBench = z.strictObject({});

/** What a person says of the boxes in a version's sample pictures. */
export const NewSampleCheck = z.strictObject({ good: z.boolean(), note: z.string().trim().max(500).default('') });
export type NewSampleCheck = z.infer<typeof NewSampleCheck>;

export const SampleCheck = z.object({ good: z.boolean(), note: z.string(), by: z.string(), at: z.iso.datetime() });
export type SampleCheck = z.infer<typeof SampleCheck>;

/** How far a version is proven: what is missing keeps it from being validated. */
export const AlgorithmProof = z.object({
  benches: z.array(AlgorithmBench).describe('The newest first'),
  sampleCheck: SampleCheck.nullable().describe('null: nobody said anything of its samples yet'),
  samples: z.array(z.string()).describe('Sample pictures that can be looked at, by name'),
});
export type AlgorithmProof = z.infer<typeof AlgorithmProof>;
