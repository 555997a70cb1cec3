export declare const HEAVY: readonly string[];
export declare function loadedBy(args: readonly string[]): {
  readonly status: number | null;
  readonly files: readonly string[];
  readonly packages: readonly string[];
  readonly builtins: readonly string[];
};
export declare function loadedAtFirstWord(args: readonly string[]): {
  readonly stdout: string;
  readonly packages: readonly string[];
};
