export declare function writeVersionPage(root: string, version: string): Promise<void>;
