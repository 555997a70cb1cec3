export interface ProxiedWire {
  readonly port: number;
  messages(): number;
  cutAt(message: number, moment: 'before' | 'after'): void;
  wasCut(): boolean;
  silence(message?: number): void;
  speak(): void;
  close(): void;
}

export declare function wireTo(
  target: { readonly port: number; readonly host: string } | { readonly path: string },
): Promise<ProxiedWire>;
