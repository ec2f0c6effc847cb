import { z } from 'zod';
import { LngLat } from '#config/camera.ts';
import { Hours, RuleName } from '#config/rule.ts';
import { AlgorithmName } from './alert.ts';
import { AlgorithmId } from './algorithm-definition.ts';
import { Box, ClassGroup } from './observation.ts';

/**
 * How alerts become cases: at once, once so many people have acknowledged one, or when somebody opens one. Of an algorithm
 * it may also be said that it goes by its rule.
 */
export const OpeningMode = z.enum(['auto', 'confirmed', 'manual', 'rule']);
export type OpeningMode = z.infer<typeof OpeningMode>;

export const CaseOpening = z.object({
  rule: RuleName,
  algorithm: z.string().nullable().describe('null: what holds for all algorithms of the rule that go by it'),
  algorithmName: AlgorithmName.nullable(),
  mode: OpeningMode,
  confirmations: z.number().int().nullable().describe('Of "confirmed": how many people must acknowledge an alert'),
  at: z.iso.datetime().nullable().describe('Since when, for alerts raised from then on; null: nobody ever set it'),
  by: z.string().nullable(),
});
export type CaseOpening = z.infer<typeof CaseOpening>;

export const NewCaseOpening = z
  .strictObject({
    rule: RuleName.optional(),
    algorithm: AlgorithmId.optional(),
    mode: OpeningMode,
    confirmations: z.number().int().min(1).max(10).optional(),
  })
  .refine(({ rule, algorithm }) => (rule === undefined) !== (algorithm === undefined), {
    message: 'either a rule or an algorithm, and not both',
    path: ['algorithm'],
  })
  .refine(({ algorithm, mode }) => mode !== 'rule' || algorithm !== undefined, {
    message: 'the mode "rule" is of algorithms alone',
    path: ['mode'],
  })
  .refine(({ mode, confirmations }) => (mode === 'confirmed') === (confirmations !== undefined), {
    message: 'confirmations goes with the mode "confirmed", and only with it',
    path: ['confirmations'],
  });
export type NewCaseOpening = z.infer<typeof NewCaseOpening>;

/** 管控区域: where, and when, nothing is raised. */
export const ControlArea = z.object({
  id: z.string(),
  name: z.string(),
  corners: z.array(LngLat),
  hours: z.array(Hours).nullable().describe('Of the city’s day; null: always'),
  rules: z.array(RuleName).nullable().describe('null: every rule'),
  reason: z.string(),
  at: z.iso.datetime(),
  by: z.string(),
  revokedAt: z.iso.datetime().nullable(),
  revokedBy: z.string().nullable(),
  revokeReason: z.string().nullable(),
  heldBack: z.number().int().describe('How many things were held back there'),
});
export type ControlArea = z.infer<typeof ControlArea>;

export const NewControlArea = z.strictObject({
  name: z.string().trim().min(1).max(80),
  corners: z.array(LngLat).min(3).max(200),
  hours: z.array(Hours).min(1).max(8).optional(),
  rules: z.array(RuleName).min(1).optional(),
  reason: z.string().trim().min(1).max(2000),
});
export type NewControlArea = z.infer<typeof NewControlArea>;

/** What would have been an alert, but for the area that it is in. */
export const HeldBack = z.object({
  id: z.number().int(),
  areaId: z.string(),
  cameraId: z.string(),
  cameraName: z.string(),
  rule: RuleName,
  classGroup: ClassGroup,
  box: Box,
  lngLat: LngLat,
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
});
export type HeldBack = z.infer<typeof HeldBack>;
