import { script, style } from 'virtual:page';
import type { PageAssets } from '../../ports/index.ts';

export const pageAssets = (): PageAssets => ({ script, style });
