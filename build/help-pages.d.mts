export declare function writeHelpPages(root: string, home: string): Promise<void>;
