const HTTP = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  OUT_OF_RANGE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
} as const;

export type Status = keyof typeof HTTP;
export type Detail = Readonly<Record<string, unknown>>;

/** An answer that is an error, in the shape all Google APIs share. */
export class Problem extends Error {
  readonly status: Status;
  readonly details: readonly Detail[];

  constructor(status: Status, message: string, details: readonly Detail[] = []) {
    super(message);
    this.status = status;
    this.details = details;
  }

  get http(): number {
    return HTTP[this.status];
  }
}

export function problemBody(problem: Problem): unknown {
  const { http: code, message, status, details } = problem;
  return { error: { code, message, status, ...(details.length > 0 && { details }) } };
}

export const invalid = (message: string, details?: readonly Detail[]): Problem =>
  new Problem('INVALID_ARGUMENT', message, details);

/** One field that broke a rule of the API, as its validator says it. */
export const badField = (path: string, rule: string): Problem =>
  invalid(`* GenerateContentRequest.${path}: ${rule}\n`);

export function modelNotFound(model: string, version: string, method: string): Problem {
  return new Problem(
    'NOT_FOUND',
    `models/${model} is not found for API version ${version}, or is not supported for ${method}. Call ModelService.ListModels to see the list of available models and their supported methods.`,
  );
}

export const detail = (type: string, content: Detail): Detail => ({
  '@type': `type.googleapis.com/google.rpc.${type}`,
  ...content,
});
