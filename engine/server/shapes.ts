import { z } from 'zod';
import { Crs } from '#config/camera.ts';
import { UnitConfig } from '#config/site.ts';
import { Account, NewAccount } from '../contract/account.ts';
import { Handling, Presence, Suppression } from '../contract/alert.ts';
import { AlgorithmUpload, AlgorithmVersion } from '../contract/algorithm.ts';
import { AlgorithmBench } from '../contract/algorithm-bench.ts';
import {
  AlgorithmBound,
  AlgorithmDefinition,
  AlgorithmModel,
  DefinitionRevision,
} from '../contract/algorithm-definition.ts';
import { Camera, CameraRevision, CameraState } from '../contract/camera.ts';
import { CameraHealth, HealthLine } from '../contract/camera-health.ts';
import { RowOutcome } from '../contract/camera-import.ts';
import { Case, LikelyDuplicate, NewReport, Unit } from '../contract/case.ts';
import { SavedFilter } from '../contract/case-filter.ts';
import { LampCount } from '../contract/case-lamp.ts';
import { CaseOpening, ControlArea, HeldBack } from '../contract/case-policy.ts';
import { AlgorithmEvaluation } from '../contract/evaluation.ts';
import { LabelledSet } from '../contract/labelled-set.ts';
import { Library, LibraryEntry, LibraryGrant } from '../contract/library.ts';
import { MediaDownload } from '../contract/media-download.ts';
import { Notice, Webhook } from '../contract/notice.ts';
import { PictureMoment } from '../contract/observation.ts';
import { Officer, UnitChoice } from '../contract/officer.ts';
import { Outage } from '../contract/outage.ts';
import { Handover } from '../contract/patrol.ts';
import { ProofJob } from '../contract/proof-job.ts';
import { ShadowAlert } from '../contract/rollout.ts';
import { VerdictCurve } from '../contract/verdict-curve.ts';

export const AlgorithmUploadList = z.object({ items: z.array(AlgorithmUpload) });
export const AlgorithmVersionList = z.object({ items: z.array(AlgorithmVersion) });
export const AlgorithmBenchList = z.object({ items: z.array(AlgorithmBench) });
export const AlgorithmEvaluationList = z.object({ items: z.array(AlgorithmEvaluation) });
export const LabelledSetList = z.object({ items: z.array(LabelledSet) });
export const VerdictCurveList = z.object({ items: z.array(VerdictCurve) });
export const ProofJobList = z.object({ items: z.array(ProofJob) });
export const AlgorithmDefinitionList = z.object({ items: z.array(AlgorithmDefinition) });
export const AlgorithmBoundList = z.object({ items: z.array(AlgorithmBound) });
export const DefinitionRevisionList = z.object({ items: z.array(DefinitionRevision) });
export const AlgorithmModelList = z.object({ items: z.array(AlgorithmModel) });
export const NewCatalogue = z.strictObject({ csv: z.string().max(900_000) });
export const ShadowAlertList = z.object({ items: z.array(ShadowAlert) });
export const AccountList = z.object({ items: z.array(Account) });
export const CameraRevisionList = z.object({ items: z.array(CameraRevision) });
export const CameraList = z.object({ items: z.array(Camera) });
export const SavedFilterList = z.object({ items: z.array(SavedFilter) });
export const LampCountList = z.object({ items: z.array(LampCount) });
export const LikelyDuplicateList = z.object({ items: z.array(LikelyDuplicate) });
export const CaseOpeningList = z.object({ items: z.array(CaseOpening) });
export const ControlAreaList = z.object({ items: z.array(ControlArea) });
export const HeldBackList = z.object({ items: z.array(HeldBack) });
export const CaseList = z.object({ items: z.array(Case) });
export const LibraryList = z.object({ items: z.array(Library) });
export const LibraryGrantList = z.object({ items: z.array(LibraryGrant) });
export const LibraryHistory = z.object({ items: z.array(LibraryEntry) });
export const SuppressionList = z.object({ items: z.array(Suppression) });
export const MediaDownloadList = z.object({ items: z.array(MediaDownload) });
export const UnitList = z.object({ items: z.array(Unit) });
export const OfficerList = z.object({ items: z.array(Officer) });
export const UnitChoiceList = z.object({ items: z.array(UnitChoice) });
export const HandoverList = z.object({ items: z.array(Handover) });
export const NoticeList = z.object({ items: z.array(Notice) });
export const WebhookList = z.object({ items: z.array(Webhook) });

export const HealthLineList = z.object({ items: z.array(HealthLine) });
export const OutageList = z.object({ items: z.array(Outage) });

/** The document that GET /api/openapi.json answers with. */
export const OpenApi = z.record(z.string(), z.unknown());

/** Nothing is asked beyond which view it is. */
export const ViewAcceptance = z.strictObject({});

/** Nothing is asked beyond which preset it is. */
export const PresetCall = z.strictObject({});

export const PtzUseQuery = z.object({ camera: z.string().max(128).optional() });

/** Nothing is asked beyond which upload it is. */
export const NewAlgorithmVersion = z.strictObject({});

/** Nothing is said beyond which case it is. */
export const NewCaseView = z.strictObject({});
/** One of an inspection's sample pictures, counted from 0. */
export const SampleOf = z.object({ id: z.string().min(1).max(128), n: z.coerce.number().int().min(0).max(99) });

/** Nothing is asked beyond which camera it is. */
export const NewProbe = z.strictObject({});

/** An entity's own address. */
export const ById = z.object({ id: z.string().min(1).max(128) });

/** What is to be reported, and where. */
export const ReportedThing = NewReport.pick({ codeset: true, code: true }).extend({
  lng: z.coerce.number().min(-180).max(180),
  lat: z.coerce.number().min(-90).max(90),
});

/** Something that a case has. */
export const OfCase = ById.extend({ of: z.string().min(1).max(128) });

const yesOrNo = z.enum(['true', 'false']);

/** A page of a set's pictures: `after` is where the last one ended. */
export const LabelledItemQuery = z.object({
  after: z.string().max(128).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(60),
  class: z.string().min(1).max(100).optional(),
  negatives: yesOrNo.default('false'),
});

/** What is sent: an archive, or with everyMs a clip in which nothing happens. */
export const LabelledImportQuery = z.object({
  fileName: z.string().trim().min(1).max(200),
  everyMs: z.coerce.number().int().min(100).max(60_000).optional(),
});

/** all: every camera; wall: those that are analysed, and those with something open. */
export const CameraQuery = z.object({ which: z.enum(['all', 'wall']).default('all') });

export const PoolCountQuery = z.object({
  text: z.string().trim().max(100).optional().describe('In name, id, GB id, address, or pinyin initials of the name'),
  department: z.string().max(64).optional(),
  county: z.string().max(12).optional().describe('A GB/T 2260 code, or "none": outside all counties'),
  state: CameraState.optional(),
  health: CameraHealth.optional(),
  outage: z.string().max(64).optional().describe('The id of an outage: the cameras that failed in it'),
  tag: z.string().max(40).optional(),
  inspection: yesOrNo.optional(),
  analysed: yesOrNo.optional(),
  library: z.string().min(1).max(128).optional().describe('The id of a topic library'),
});

export const PoolQuery = PoolCountQuery.extend({
  after: z.string().max(1000).optional().describe('The "next" of the page before'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const ImportQuery = z.object({
  fileName: z.string().min(1).max(255).describe('Its ending says what it is: .csv, .xlsx, .geojson or .xml'),
  crs: Crs.describe('What the file’s positions are in; stated, never guessed'),
  mapping: z
    .string()
    .max(20_000)
    .optional()
    .describe(
      [
        'JSON {"heading": column}: what headings of one’s own mean; null leaves the column out; headings that are not named',
        'are guessed. It is remembered for the account’s next file with the same headings, which is sent without one; {}',
        'forgets it.',
      ].join(' '),
    ),
});

export const ImportRowQuery = z.object({
  outcome: RowOutcome.optional(),
  after: z.coerce.number().int().min(0).default(0).describe('The "next" of the page before'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

const seq = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Alerts that changed after a seq, oldest change first. */
export const AlertQuery = z.object({
  after: seq.default(0).describe('The seq after which changed alerts are wanted'),
  limit: z.coerce.number().int().min(1).max(500).default(200),
  presence: Presence.optional(),
  handling: Handling.optional(),
});

export const ChangeQuery = z.object({
  after: seq.default(0).describe('The receiver’s last toSeq'),
  limit: z.coerce.number().int().min(1).max(500).default(200),
});

export const CaseQuery = z.object({
  state: z.enum(['open', 'closed', 'all']).default('open'),
  text: z.string().trim().min(1).max(100).optional().describe('In its id, or in the name of its camera or county'),
  before: z.string().max(64).optional().describe('The id of the last one of the page before'),
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
});
export const HeldBackQuery = z.object({ area: z.string().max(128).optional().describe('Of one control area') });
export const CheckPictureQuery = z.object({ alert: z.string().max(128).describe('The alert whose camera took it') });

export const EvidenceQuery = z.object({
  moment: PictureMoment.default('onset').describe('Which of the alert’s pictures'),
});

export const DownloadQuery = z.object({
  alertId: z.string().max(128).optional(),
  cameraId: z.string().max(128).optional(),
  before: z.coerce.number().int().min(1).optional().describe('The n of the last one of the page before'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const PasswordChange = z.strictObject({
  current: z.string().max(256),
  next: NewAccount.shape.password,
});

/** A crew that cases are given to; without an id it is given one. */
export const NewUnit = UnitConfig.partial({ id: true });

export const Revocation = z.strictObject({ reason: z.string().trim().min(1).max(2000) });

export const SuppressionQuery = z.object({
  state: z.enum(['active', 'all']).default('active').describe('all: also those that ran out or were revoked'),
});
