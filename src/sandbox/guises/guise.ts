import type { Call } from '../http/call.ts';
import type { Problem } from '../http/problem.ts';
import type { HttpResponse } from '../http/response.ts';

/** Somebody who answers in Google's place, as the sandbox plays them. What is left out is as at Google. */
export interface Guise {
  /** As `pixtab sandbox --as` calls it. */
  readonly name: string;
  /** For the pages: one line. */
  readonly about: string;
  /** What stands before every path of the API. */
  readonly prefix: string;
  /** The language of requests and answers: Google's own, or chat completions with pictures in them. */
  readonly wire: 'google' | 'chat';
  /** The key that a request brings; empty where it brings none. */
  readonly keyIn: (call: Pick<Call, 'headers' | 'query'>) => string;
  /** What it says where there is no key. */
  readonly noKey?: string;
  /** Paths that Google has, and it has not. */
  readonly lacks?: RegExp;
  /** What it says of a path that it does not have. */
  readonly unknownPath?: (method: string, path: string) => string;
  /** How it writes down what is wrong with a request. */
  readonly errorBody?: (problem: Problem) => unknown;
  /** What becomes of an error of Google's on its way through. */
  readonly passesOn?: (response: HttpResponse, model: string) => HttpResponse;
  /** Whole nano-dollars for every answer with status 200, with a picture or not, by model. */
  readonly perCall?: Readonly<Record<string, bigint>>;
}
