// Checks a received policy key by key, so that an invalid value affects no other key. Never throws.
import * as v from 'valibot';
import {
  type PolicyKey,
  type PolicyValues,
  policyKeys,
  type Rejection,
  type Rule,
  rules,
  type TextForm,
} from './setting-definitions.ts';

export interface CheckedPolicy {
  /** Only keys of the rules. */
  values: PolicyValues;
  rejected: { key: string; why: Rejection }[];
}

/** Limits of the report. */
const maxUnknownKeys = 50;
const maxUnknownKeyLength = 100;

const schemas = Object.fromEntries(policyKeys.map((key) => [key, schemaOf(rules[key])])) as Record<
  PolicyKey,
  v.GenericSchema
>;

/** @param received the browser's answer, of any shape */
export function checkPolicy(received: unknown): CheckedPolicy {
  const values: Record<string, unknown> = {};
  const rejected: CheckedPolicy['rejected'] = [];
  if (typeof received !== 'object' || received === null || Array.isArray(received)) return { values, rejected };
  for (const key of policyKeys) {
    if (!Object.hasOwn(received, key)) continue;
    const result = v.safeParse(schemas[key], (received as Record<string, unknown>)[key], { abortEarly: true });
    if (result.success) values[key] = result.output;
    else rejected.push({ key, why: result.issues[0].message as Rejection });
  }
  const unknown = Object.keys(received).filter((key) => !Object.hasOwn(rules, key));
  for (const key of unknown.slice(0, maxUnknownKeys)) {
    rejected.push({ key: key.slice(0, maxUnknownKeyLength), why: 'unknown-key' });
  }
  return { values, rejected };
}

/** The message of each issue is its {@link Rejection}. */
function schemaOf(setting: Rule): v.GenericSchema {
  switch (setting.type) {
    case 'boolean':
      return v.boolean(because('not-true-or-false'));
    case 'integer':
      return v.pipe(
        v.number(because('not-a-whole-number')),
        v.integer(because('not-a-whole-number')),
        v.minValue(setting.minimum, because('out-of-range')),
        v.maxValue(setting.maximum, because('out-of-range')),
      );
    case 'choice':
      return v.pipe(v.string(because('not-text')), v.picklist(setting.values, because('not-a-choice')));
    case 'text':
      return textSchema(setting);
    case 'list':
      return v.pipe(
        v.array(v.unknown(), because('not-a-list')),
        v.maxLength(setting.most, because('too-many')),
        v.array(textSchema(setting.of)),
      );
  }
}

function textSchema({ pattern, check }: TextForm) {
  const expression = new RegExp(pattern, 'u');
  return v.pipe(
    v.string(because('not-text')),
    v.check((text) => text.isWellFormed() && expression.test(text), because('malformed')),
    v.rawCheck(({ dataset, addIssue }) => {
      const why = dataset.typed ? check?.(dataset.value) : undefined;
      if (why) addIssue({ message: because(why) });
    }),
  );
}

function because(why: Rejection): Rejection {
  return why;
}
