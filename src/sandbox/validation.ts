import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Operation, Schema, Spec } from './spec.js';

/** A violation of the spec. */
export interface Problem {
  in: 'path' | 'header' | 'body';
  /** The JSON pointer into the body, or the name of the parameter or header. */
  pointer: string;
  /** The keyword of the schema, such as `required`. Otherwise `json`, `content`, `responses` or `schema`. */
  rule: string;
  message: string;
}

/** The parts of a request that are validated. */
export interface OperationRequest {
  pathParameters: Readonly<Record<string, string>>;
  contentType: string | undefined;
  body: Buffer;
}

/** Validates requests and responses against the spec. Undefined means that they are valid. */
export interface Validator {
  checkRequest: (operation: Operation, request: OperationRequest) => Problem | undefined;
  checkAnswer: (operation: Operation, status: number, body: unknown) => Problem | undefined;
}

/** Shared by all sandboxes of a process, because compiling a schema takes longer than starting a sandbox. */
const compiled = new WeakMap<Schema, ValidateFunction>();

/** Creates a validator for the schemas of the spec (JSON Schema 2020-12). It reports only the first problem. */
export function createValidator(spec: Spec): Validator {
  const ajv = new Ajv2020({ strict: false, formats: { uri: (text: string) => URL.canParse(text) } });

  function check(place: Problem['in'], name: string, schema: Schema, value: unknown): Problem | undefined {
    let validate = compiled.get(schema);
    if (!validate) {
      validate = ajv.compile({ ...schema, components: spec.components });
      compiled.set(schema, validate);
    }
    if (validate(value)) return undefined;
    const [error] = validate.errors ?? [];
    const pointer = name + (error?.instancePath ?? '');
    const rule = error?.keyword ?? 'schema';
    return { in: place, pointer, rule, message: `${place} ${pointer || 'as a whole'}: ${error?.message ?? rule}` };
  }

  function checkBody(operation: Operation, { contentType, body }: OperationRequest): Problem | undefined {
    if (!operation.body) return undefined;
    if (body.length === 0) {
      if (!operation.body.required) return undefined;
      return { in: 'body', pointer: '', rule: 'required', message: 'A body is required' };
    }
    if (!/^application\/json *(;|$)/i.test(contentType ?? '')) {
      const message = 'The content type must be application/json';
      return { in: 'header', pointer: 'content-type', rule: 'content', message };
    }
    const value = parseJson(body);
    if (value === undefined) return { in: 'body', pointer: '', rule: 'json', message: 'The body is not valid JSON' };
    return check('body', '', operation.body.schema, value);
  }

  return {
    checkRequest(operation, request) {
      for (const { name, schema } of operation.pathParameters) {
        const problem = check('path', name, schema, request.pathParameters[name]);
        if (problem) return problem;
      }
      return checkBody(operation, request);
    },
    checkAnswer(operation, status, body) {
      const schema = operation.answers.get(String(status)) ?? operation.answers.get(`${Math.floor(status / 100)}XX`);
      if (schema) return check('body', '', schema, body);
      return { in: 'body', pointer: '', rule: 'responses', message: `The spec has no answer with status ${status}` };
    },
  };
}

/** Parses bytes as JSON. Undefined if they are not valid UTF-8 or not valid JSON. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}
