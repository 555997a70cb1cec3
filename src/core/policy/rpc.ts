// https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto, checked 2026-11-22
const NAMES = [
  ...(['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND'] as const),
  ...(['ALREADY_EXISTS', 'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION'] as const),
  ...(['ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS'] as const),
  'UNAUTHENTICATED',
] as const;

export const isRpcStatus = (status: unknown): boolean => NAMES.some((name) => name === status);

/** An error in the place of an answer. */
export interface RpcError {
  /** As google.rpc.Code numbers them. */
  readonly code: number;
  readonly message: string;
}

/** "INVALID_ARGUMENT: bad part" */
export function describeError({ code, message }: RpcError): string {
  const name = NAMES[code] ?? `error ${code}`;
  return message === '' ? name : `${name}: ${message}`;
}

// These codes leave it open whether the work was done.
const OPEN: ReadonlySet<string | undefined> = new Set(['OK', 'UNKNOWN', 'DEADLINE_EXCEEDED', undefined]);

/** Whether an error says that nothing was made, and so nothing charged. */
export const isCertainlyFree = ({ code }: RpcError): boolean => !OPEN.has(NAMES[code]);
