import { z } from 'zod';

const Count = z.number().int();
const Cores = z.number().describe('Of processor cores').nullable();

/** How often an algorithm's cameras are looked at: as wanted, and as it was of late. */
const Sampling = z.object({
  algorithm: z.string(),
  cameras: Count,
  wantedPeriodMs: z.number().describe('At least so often'),
  achievedPeriodMs: z.number().nullable().describe('Of the camera in the middle; null: not measured'),
  slowestPeriodMs: z.number().nullable().describe('Of the slowest camera'),
});

/**
 * What the host runs, what is bound, what would fit. What was not measured is null, and no number stands in for it.
 */
export const AlgorithmBudget = z.object({
  catalogued: Count.describe('All algorithms that are known, runnable or not'),
  runnable: Count,
  bound: Count.describe('Cameras times algorithms that are bound to them and could run'),
  cameras: Count.describe('Cameras that are analysed'),
  cores: Count.describe('That this host has'),
  usedCores: Cores.describe('What all analysis processes took of late'),
  coresPerCamera: Cores.describe('The same by the cameras whose pictures were looked at'),
  measuredMs: z.number().describe('Over how long that was measured'),
  droppedShare: z.number().min(0).max(1).nullable().describe('Due pictures that made way for a later one, of all due'),
  sampling: z.array(Sampling),
  stretched: z.array(z.string()).describe('Algorithms that are looked for more rarely than wanted'),
});
export type AlgorithmBudget = z.infer<typeof AlgorithmBudget>;

/** What binding an algorithm would reach, and what that would cost. */
export const BindingForecast = z.object({
  cameras: Count.describe('That it would reach'),
  already: Count.describe('Of these, those that it watches already'),
  opened: Count.describe('Of these, those that nothing watches yet'),
  basis: z
    .enum(['measured', 'bench', 'nothing'])
    .describe('What the cost rests on: what runs here now, a bench of the model, or nothing that was measured'),
  addedCores: Cores,
  neededCores: Cores.describe('With what runs now'),
  cores: Count,
  stretch: z.number().nullable().describe('By how much all sampling periods would grow; 1: it fits'),
});
export type BindingForecast = z.infer<typeof BindingForecast>;
