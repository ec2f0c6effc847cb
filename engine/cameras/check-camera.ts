import { CameraConfig, isAnalysed } from '#config/camera.ts';
import { Refusal } from '../contract/refusal.ts';

/**
 * What a camera must be beyond its shape. A rule without a zone of its kind is allowed: zones are often drawn later, and
 * until then it sees nothing.
 * @throws Refusal 422 `invalid-camera`, `rule-bound-twice`, `view-named-twice`, `nothing-to-analyse`.
 */
export function checkCamera(given: unknown): CameraConfig {
  const read = CameraConfig.safeParse(given);
  if (!read.success) {
    const faults = read.error.issues.map((issue) => ({ path: issue.path.join('.'), expected: issue.message }));
    throw new Refusal(422, 'invalid-camera', 'The camera’s settings are not as expected.', {
      got: faults.map((fault) => fault.path),
      expected: faults,
    });
  }
  const config = read.data;
  const rules = config.algorithms.map((algorithm) => algorithm.rule);
  const twice = rules.find((rule, index) => rules.indexOf(rule) !== index);
  if (twice !== undefined) {
    throw new Refusal(422, 'rule-bound-twice', `The rule "${twice}" is bound twice to camera "${config.id}".`, {
      got: twice,
      expected: 'each rule once; zones say where it looks',
    });
  }
  const views = config.views.map((view) => view.id);
  const named = views.find((id, index) => views.indexOf(id) !== index);
  if (named !== undefined) {
    throw new Refusal(422, 'view-named-twice', `Two views of camera "${config.id}" have the id "${named}".`, {
      got: named,
      expected: 'an id of its own for each view',
    });
  }
  if (isAnalysed(config) && config.source === undefined) {
    throw new Refusal(422, 'nothing-to-analyse', `Camera "${config.id}" has rules and no stream.`, {
      got: 'no source',
      expected: 'a source, or no algorithms',
    });
  }
  return config;
}
