import { ANSWERED } from './rows/index.ts';
import { scenarios } from './table.ts';

scenarios(ANSWERED);
