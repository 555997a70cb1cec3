import { UNANSWERED } from './rows/index.ts';
import { scenarios } from './table.ts';

scenarios(UNANSWERED);
