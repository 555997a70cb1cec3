export declare function writeCompletionTable(root: string, home: string): void;
