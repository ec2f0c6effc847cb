import { CameraConfig } from '#config/camera.ts';
import { OBSERVED_RULES, type RuleName } from '#config/rule.ts';
import { Refusal } from '../contract/refusal.ts';

const observed: readonly RuleName[] = OBSERVED_RULES;

/**
 * What a camera must be beyond its shape. A rule without a zone of its kind is allowed: zones are often drawn later, and
 * until then it sees nothing.
 * @throws Refusal 422 `invalid-camera`, `rule-not-observed`, `rule-bound-twice`.
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
  const unknown = rules.find((rule) => !observed.includes(rule));
  if (unknown !== undefined) {
    throw new Refusal(
      422,
      'rule-not-observed',
      `This version has no observer for the rule "${unknown}" (camera "${config.id}").`,
      {
        got: unknown,
        expected: OBSERVED_RULES,
      },
    );
  }
  const twice = rules.find((rule, index) => rules.indexOf(rule) !== index);
  if (twice !== undefined) {
    throw new Refusal(422, 'rule-bound-twice', `The rule "${twice}" is bound twice to camera "${config.id}".`, {
      got: twice,
      expected: 'each rule once; zones say where it looks',
    });
  }
  return config;
}
