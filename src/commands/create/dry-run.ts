import type { Tier } from '../../core/catalogue/account-limits.ts';
import type { InputImage, Order } from '../../core/order/order.ts';
import { asJobs } from '../../core/policy/batch-queue.ts';
import type { Route } from '../../core/order/route.ts';
import { counted, fileSize } from '../../core/text/text.ts';
import { uploadsOf } from '../../core/order/uploads.ts';
import type { Deps, RequestPreview, Settings, Terminal } from '../../ports/index.ts';
import { providerWithoutKey } from '../../purchase/connection.ts';

/** Says what a purchase would send, and sends nothing: it needs neither key nor network. */
export async function rehearsed(
  route: Route,
  tier: Tier | undefined,
  settings: Settings,
  deps: Deps,
  terminal: Terminal,
): Promise<RequestPreview> {
  for (const { name, bytes } of wouldBeUploaded(route.order)) {
    const size = fileSize(bytes.byteLength);
    terminal.note(`upload ${name} (${size}) would go to the Files API, and stay there for 48 hours`);
  }
  terminal.note(`note   dry run: nothing is sent; ${sendings(route, tier)}`);
  return preview(route, settings, deps);
}

/** What would be sent for an order, without the key. */
export async function preview(
  { order }: Pick<Route, 'order'>,
  settings: Settings,
  deps: Deps,
): Promise<RequestPreview> {
  const { images, batches } = await deps.client(providerWithoutKey(settings));
  if (order.lane === 'batch') return batches.preview(order);
  const alike = requestsFor(order);
  return images.preview({ ...order, count: Math.min(order.count, order.model.maxPerRequest), alike });
}

const requestsFor = ({ count, model, prompts }: Order): number =>
  prompts ? count : Math.ceil(count / model.maxPerRequest);

function sendings({ order, quote }: Route, tier: Tier = 1): string {
  if (order.lane === 'batch') return `it would be ${asJobs(order, quote, tier)}`;
  const requests = requestsFor(order);
  if (order.prompts) return `this request would be sent, and ${counted(requests - 1, 'other')} like it`;
  return `this request would be sent ${requests === 1 ? 'once' : `${requests} times`}`;
}

/** In lane batch all of them, since its requests share one file. */
const wouldBeUploaded = (order: Order): readonly InputImage[] =>
  order.lane === 'batch' ? order.inputs : uploadsOf({ ...order, alike: requestsFor(order) });
