import type { z } from 'zod';
import { CameraSource, OnvifAddress } from '#config/camera.ts';
import { Credentials, NewAccount } from '../contract/account.ts';
import { Acknowledgement, FalseAlarm, NewVerdict } from '../contract/alert.ts';
import { InspectionAnswers, NewAlgorithmMove, NewAlgorithmUpload } from '../contract/algorithm.ts';
import { NewAlgorithmBench, NewSampleCheck } from '../contract/algorithm-bench.ts';
import {
  BindingQuestion,
  DefinitionPatch,
  NewAlgorithmBinding,
  NewAlgorithmDefinition,
} from '../contract/algorithm-definition.ts';
import { CameraPatch, NewCamera } from '../contract/camera.ts';
import { AreaQuestion, MapArea } from '../contract/camera-area.ts';
import { NewOnvifImport } from '../contract/camera-import.ts';
import { NewCase, NewCaseEntry, NewReport, OtherCase } from '../contract/case.ts';
import { NewCaseEntries, NewSavedFilter } from '../contract/case-filter.ts';
import { NewCaseOpening, NewControlArea } from '../contract/case-policy.ts';
import { NewAlgorithmEvaluation } from '../contract/evaluation.ts';
import { NewLabelledExport, NewLabelledSet } from '../contract/labelled-set.ts';
import { LibraryDraft, LibraryPatch, NewLibrary, NewLibraryGrant } from '../contract/library.ts';
import { NewMediaDownload, NewSnapshot } from '../contract/media-download.ts';
import { NewWebhook, PushAddress } from '../contract/notice.ts';
import { NewOfficer, NewShift, OfficerPatch } from '../contract/officer.ts';
import { NewHandover, NewMessage, NewPositions, PatrolReport, PatrolStep } from '../contract/patrol.ts';
import { NewPtzLease, NewPtzPreset, PtzMove } from '../contract/ptz.ts';
import {
  NewAlgorithmVersion,
  NewCaseView,
  NewCatalogue,
  NewProbe,
  NewUnit,
  PasswordChange,
  PresetCall,
  Revocation,
  ViewAcceptance,
} from './shapes.ts';

/** What the API takes, by the names that its OpenAPI document uses. */
export const BODIES = {
  Acknowledgement,
  AreaQuestion,
  CameraPatch,
  CameraSource,
  Credentials,
  FalseAlarm,
  InspectionAnswers,
  MapArea,
  NewAlgorithmBench,
  NewAlgorithmEvaluation,
  NewLabelledExport,
  NewLabelledSet,
  NewSampleCheck,
  BindingQuestion,
  DefinitionPatch,
  NewAlgorithmBinding,
  NewAlgorithmDefinition,
  NewCatalogue,
  NewAlgorithmMove,
  NewAlgorithmUpload,
  NewAlgorithmVersion,
  LibraryDraft,
  LibraryPatch,
  NewAccount,
  NewCamera,
  NewCase,
  NewCaseEntries,
  NewCaseEntry,
  NewSavedFilter,
  NewCaseView,
  NewCaseOpening,
  NewControlArea,
  NewReport,
  OtherCase,
  NewOnvifImport,
  NewProbe,
  NewMediaDownload,
  NewSnapshot,
  NewVerdict,
  NewLibrary,
  NewLibraryGrant,
  NewUnit,
  NewPtzLease,
  NewPtzPreset,
  OnvifAddress,
  PasswordChange,
  PresetCall,
  PtzMove,
  Revocation,
  ViewAcceptance,
  NewHandover,
  NewMessage,
  NewOfficer,
  NewPositions,
  NewShift,
  NewWebhook,
  OfficerPatch,
  PatrolReport,
  PatrolStep,
  PushAddress,
} as const satisfies Record<string, z.ZodType>;
