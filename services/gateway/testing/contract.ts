// Checks requests and answers against openapi.json.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import document from '../openapi.json' with { type: 'json' };

interface Operation {
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<
    string,
    { $ref?: string; content?: Record<string, { schema: object }>; headers?: Record<string, { schema: object }> }
  >;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
ajv.addSchema(document, 'openapi');

/** A pointer into the document, so that `$ref`s inside resolve. */
function validator(pointer: string): ValidateFunction {
  const validate = ajv.getSchema(`openapi#${pointer}`);
  if (!validate) throw new Error(`openapi.json has nothing at ${pointer}`);
  return validate;
}
const escaped = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

/** `PUT /v1/verifications/{id} 200` for each declared answer. */
export const declared: readonly string[] = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item as unknown as Record<string, Operation>)
    .filter(([method]) => method !== 'parameters')
    .flatMap(([method, { responses }]) =>
      Object.keys(responses).map((status) => `${method.toUpperCase()} ${path} ${status}`),
    ),
);

export const declaredProblemTypes: readonly string[] = document.components.schemas.Problem.properties.type.enum;
export const declaredKinds: readonly string[] = document.components.schemas.Kind.enum;

/** Declared answers and problem types that were observed. */
export const seen = new Set<string>();
export const seenProblemTypes = new Set<string>();

/** @throws when the answer, or an accepted request, does not match openapi.json */
export async function checkExchange(
  request: { method: string; path: string; body: unknown },
  response: Response,
): Promise<void> {
  const path = Object.keys(document.paths).find((candidate) =>
    new RegExp(`^${candidate.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(request.path),
  );
  if (!path) return;
  const method = request.method.toLowerCase();
  const operation = (document.paths as unknown as Record<string, Record<string, Operation>>)[path]?.[method];
  // Preflights are not declared.
  if (!operation) return;
  const name = `${request.method} ${path} ${response.status}`;
  const answer = operation.responses[String(response.status)];
  if (!answer) throw new Error(`${name} is not declared`);
  seen.add(name);

  const requestSchema = `/paths/${escaped(path)}/${method}/requestBody/content/application~1json/schema`;
  if (operation.requestBody && response.ok) expectValid(`request of ${name}`, validator(requestSchema), request.body);
  // A valid request must not be refused for its form.
  if (operation.requestBody && response.status === 400) {
    if (validator(requestSchema)(request.body) && isUuid(request.path))
      throw new Error(`${name}: openapi.json allows this request`);
  }

  const pointer = answer.$ref?.slice(1) ?? `/paths/${escaped(path)}/${method}/responses/${response.status}`;
  const declaration = answer.$ref
    ? (document.components.responses as Record<string, Operation['responses'][string]>)[
        answer.$ref.split('/').at(-1) ?? ''
      ]
    : answer;
  const [mediaType] = (response.headers.get('content-type') ?? '').split(';');
  if (!declaration?.content) {
    if (await response.clone().text()) throw new Error(`${name}: an undeclared body`);
    return;
  }
  if (!mediaType || !(mediaType in declaration.content)) throw new Error(`${name}: content type ${mediaType}`);
  const body: unknown = await response.clone().json();
  expectValid(name, validator(`${pointer}/content/${escaped(mediaType)}/schema`), body);
  if (mediaType === 'application/problem+json') {
    const problem = body as { type: string; status: number };
    if (problem.status !== response.status) throw new Error(`${name}: the body says ${problem.status}`);
    seenProblemTypes.add(problem.type);
  }
}

function isUuid(path: string): boolean {
  return /\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\/|$)/i.test(path);
}

function expectValid(name: string, validate: ValidateFunction, value: unknown) {
  if (!validate(value)) throw new Error(`${name}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`);
}
