import type { z } from 'zod';
import { CameraSource, CameraView, GroundCalibration, LngLat, Zone } from '#config/camera.ts';
import { Account, Credentials, NewAccount } from '../contract/account.ts';
import { Acknowledgement, Alert, AlertEntry, AlertPage, Evidence, FalseAlarm, Suppression } from '../contract/alert.ts';
import {
  AlgorithmUpload,
  AlgorithmVersion,
  InspectionAnswers,
  NewAlgorithmMove,
  NewAlgorithmUpload,
} from '../contract/algorithm.ts';
import { Basemap } from '../contract/basemap.ts';
import { Camera, CameraPatch, CameraRevision, County, NewCamera } from '../contract/camera.ts';
import { AreaCamera, AreaCameras, AreaQuestion, MapArea } from '../contract/camera-area.ts';
import { CameraHealthReport, HealthDay, HealthGroup, HealthLine } from '../contract/camera-health.ts';
import { CameraImport, ImportRow, ImportRowPage } from '../contract/camera-import.ts';
import { CameraMap, CountyCount } from '../contract/camera-map.ts';
import { GbIdParts, PoolCamera, PoolCounts, PoolLine, PoolPage } from '../contract/camera-pool.ts';
import { Case, CaseEntry, NewCase, NewCaseEntry, Unit } from '../contract/case.ts';
import { Change, ChangeBatch } from '../contract/change.ts';
import { Day, DayAlert, DayAlertPage, DayCamera } from '../contract/day.ts';
import { Health } from '../contract/health.ts';
import { Inspection, InspectionFinding } from '../contract/inspection.ts';
import {
  Library,
  LibraryArea,
  LibraryCount,
  LibraryDetail,
  LibraryDraft,
  LibraryEntry,
  LibraryGrant,
  LibraryMaking,
  LibraryPatch,
  LibraryRule,
  LibraryUse,
  LibraryUsePage,
  NewLibrary,
  NewLibraryGrant,
} from '../contract/library.ts';
import { MediaDownload, NewMediaDownload } from '../contract/media-download.ts';
import { Box, ModelIdentity } from '../contract/observation.ts';
import { Outage } from '../contract/outage.ts';
import { Problem } from '../contract/problem.ts';
import { Site } from '../contract/site.ts';
import {
  AccountList,
  AlgorithmVersionList,
  CameraList,
  CameraRevisionList,
  CaseList,
  HealthLineList,
  LibraryGrantList,
  LibraryHistory,
  LibraryList,
  MediaDownloadList,
  NewAlgorithmVersion,
  NewProbe,
  NewUnit,
  OpenApi,
  OutageList,
  PasswordChange,
  Revocation,
  SuppressionList,
  UnitList,
  ViewAcceptance,
} from './shapes.ts';

/** What the API answers with, by the names that its OpenAPI document uses. */
export const ANSWERS = {
  Account,
  AccountList,
  Alert,
  AlertEntry,
  AlertPage,
  AlgorithmUpload,
  AlgorithmVersion,
  AlgorithmVersionList,
  AreaCamera,
  AreaCameras,
  Basemap,
  Box,
  Camera,
  CameraHealthReport,
  CameraImport,
  CameraList,
  CameraMap,
  CameraRevision,
  CameraRevisionList,
  Case,
  CaseEntry,
  CaseList,
  Change,
  ChangeBatch,
  County,
  CountyCount,
  Day,
  DayAlert,
  DayAlertPage,
  DayCamera,
  Evidence,
  GbIdParts,
  Health,
  HealthDay,
  HealthGroup,
  HealthLine,
  HealthLineList,
  ImportRow,
  ImportRowPage,
  Inspection,
  InspectionFinding,
  MediaDownload,
  MediaDownloadList,
  Library,
  LibraryArea,
  LibraryCount,
  LibraryDetail,
  LibraryEntry,
  LibraryGrant,
  LibraryGrantList,
  LibraryHistory,
  LibraryList,
  LibraryMaking,
  LibraryRule,
  LibraryUse,
  LibraryUsePage,
  ModelIdentity,
  OpenApi,
  Outage,
  OutageList,
  PoolCamera,
  PoolCounts,
  PoolLine,
  PoolPage,
  Problem,
  Site,
  Suppression,
  SuppressionList,
  Unit,
  UnitList,
  CameraView,
  GroundCalibration,
  LngLat,
  Zone,
} as const satisfies Record<string, z.ZodType>;

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
  NewAlgorithmMove,
  NewAlgorithmUpload,
  NewAlgorithmVersion,
  LibraryDraft,
  LibraryPatch,
  NewAccount,
  NewCamera,
  NewCase,
  NewCaseEntry,
  NewProbe,
  NewMediaDownload,
  NewLibrary,
  NewLibraryGrant,
  NewUnit,
  PasswordChange,
  Revocation,
  ViewAcceptance,
} as const satisfies Record<string, z.ZodType>;
