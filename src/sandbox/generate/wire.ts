/** What an answer of generateContent looks like; other fields may come along. */
export interface WireBody {
  readonly candidates?: readonly WireCandidate[];
  readonly usageMetadata?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export interface WireCandidate {
  readonly content?: unknown;
  readonly finishReason?: string | undefined;
  readonly [field: string]: unknown;
}

export interface WireContent {
  readonly parts: readonly unknown[];
  readonly role: 'model';
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
