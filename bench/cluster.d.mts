export declare function hasCluster(): boolean;
export declare function cluster(): Promise<{
  readonly port: number;
  readonly address: string;
  start(): Promise<unknown>;
  stop(mode?: 'immediate' | 'fast'): Promise<unknown>;
  close(): Promise<void>;
}>;
