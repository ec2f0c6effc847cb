import type { z } from 'zod';
import { CameraSource, CameraView, GroundCalibration, LngLat, Zone } from '#config/camera.ts';
import { Account, Credentials, NewAccount } from '../contract/account.ts';
import { Acknowledgement, Alert, AlertEntry, AlertPage, Evidence, FalseAlarm, Suppression } from '../contract/alert.ts';
import { Camera, CameraPatch, CameraRevision, County, NewCamera } from '../contract/camera.ts';
import { CameraImport, ImportRow, ImportRowPage } from '../contract/camera-import.ts';
import { CameraMap, CountyCount } from '../contract/camera-map.ts';
import { GbIdParts, PoolCamera, PoolCounts, PoolLine, PoolPage } from '../contract/camera-pool.ts';
import { Case, CaseEntry, NewCase, NewCaseEntry, Unit } from '../contract/case.ts';
import { Change, ChangeBatch } from '../contract/change.ts';
import { Health } from '../contract/health.ts';
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
import { Box, ModelIdentity } from '../contract/observation.ts';
import { Problem } from '../contract/problem.ts';
import { Site } from '../contract/site.ts';
import {
  AccountList,
  CameraList,
  CameraRevisionList,
  CaseList,
  LibraryGrantList,
  LibraryHistory,
  LibraryList,
  NewUnit,
  OpenApi,
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
  Box,
  Camera,
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
  Evidence,
  GbIdParts,
  Health,
  ImportRow,
  ImportRowPage,
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
  CameraPatch,
  CameraSource,
  Credentials,
  FalseAlarm,
  LibraryDraft,
  LibraryPatch,
  NewAccount,
  NewCamera,
  NewCase,
  NewCaseEntry,
  NewLibrary,
  NewLibraryGrant,
  NewUnit,
  PasswordChange,
  Revocation,
  ViewAcceptance,
} as const satisfies Record<string, z.ZodType>;
