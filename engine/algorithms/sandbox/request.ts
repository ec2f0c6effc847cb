import { z } from 'zod';

/** What the sandbox is asked to open. */
export const InspectionRequest = z.strictObject({
  id: z.number().int(),
  /** The upload; it is read and left as it is. */
  path: z.string(),
  /** What its algorithm is called until a manifest says so: lower-case letters, digits, dashes. */
  name: z.string(),
  /** Its number until a manifest says so. */
  version: z.string(),
  /** What whoever uploaded it says that its hash is. */
  sha256: z.string().nullable(),
  /** An empty folder for what is unpacked (`package`) and what is made of it (`prepared`). */
  folder: z.string(),
  /** Answers to the questions of an earlier inspection, and labels that were handed in beside a bare graph. */
  answers: z.record(z.string(), z.string()),
  labels: z.array(z.string()).nullable(),
  mostBytes: z.number(),
  mostUnfoldedBytes: z.number(),
});
export type InspectionRequest = z.infer<typeof InspectionRequest>;
