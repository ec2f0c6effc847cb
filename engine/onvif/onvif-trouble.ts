/**
 * unreachable: nobody answers there; too-slow: no whole answer in time; wrong-credentials: user or password refused; too-large:
 * more than is read; no-onvif: what answers is no ONVIF service; no-ptz: nothing that turns; refused: the device's own fault.
 */
export type OnvifTroubleCode =
  | 'unreachable'
  | 'too-slow'
  | 'wrong-credentials'
  | 'too-large'
  | 'no-onvif'
  | 'no-ptz'
  | 'refused';

/** Why a device did not do what it was asked. The detail quotes neither its answer nor its address. */
export class OnvifTrouble extends Error {
  readonly code: OnvifTroubleCode;

  constructor(code: OnvifTroubleCode, detail: string, cause?: unknown) {
    super(detail, cause === undefined ? undefined : { cause });
    this.name = 'OnvifTrouble';
    this.code = code;
  }
}
