import { describe, expect, it } from 'vitest';
import { columnsIn, foreignSeller, isHeader, OPTIONAL_TITLES } from '../../../src/core/invoice/columns.ts';

describe('the columns of an invoice', () => {
  it.each([
    ['usage_start_time', 'startTime'],
    ['usage.start_time', 'startTime'],
    [' Usage  Start Time ', 'startTime'],
    ['Cost (US$)', 'cost'],
    ['Unrounded subtotal ($)', 'exact'],
    ['ChargePeriodStart', 'startTime'],
    ['x_ServiceId', 'serviceId'],
    ['sku.id', 'skuId'],
  ])('know %j by what it says: %s', (title, name) => {
    expect(Object.keys(columnsIn([title]).at)).toEqual([name]);
  });

  it('take the more exact of two that say the same, whichever comes first', () => {
    expect(columnsIn(['Subtotal ($)', 'Date', 'Cost ($)']).at).toEqual({ cost: [2, 0], day: [1] });
    expect(columnsIn(['Cost ($)', 'Subtotal ($)']).at.cost).toEqual([0, 1]);
  });

  it('find all savings', () => {
    expect(columnsIn(['Other savings ($)', 'x', 'Negotiated savings ($)']).at).toEqual({ savings: [2, 0] });
  });

  it.each([
    [['Date', 'Cost ($)'], '$'],
    [['Date', 'Cost (CA$)'], 'CA$'],
    [['Date', 'Cost (EUR)'], 'EUR'],
    [['Date', 'List cost (€)', 'Cost (€)'], '€'],
    [['Date (UTC)', 'Cost'], 'UTC'],
    [['Date (day)', 'Cost (before tax)'], null],
    [['Cost'], null],
  ])('%j are in %s', (titles, currency) => {
    expect(columnsIn(titles).currency).toBe(currency);
  });
});

it('what an export may leave out where it is empty has a column', () => {
  expect(OPTIONAL_TITLES.filter((title) => Object.keys(columnsIn([title]).at).length !== 1)).toEqual([]);
  expect(OPTIONAL_TITLES).toEqual(expect.arrayContaining(['credits', 'sku.id', 'labels', 'cost_type']));
});

describe('a row of titles', () => {
  it.each([
    [['Date', 'SKU description', 'Cost ($)'], true],
    [['Date', 'SKU ID', 'Cost ($)'], true],
    [['Date', 'Service description', 'Cost ($)'], true],
    [['SKU description', 'Cost ($)'], false],
    [['Date', 'Currency', 'Cost ($)'], false],
    [['Subtotal', 'Cost', 'SKU'], false],
  ])('%j: %s', (titles, is) => {
    expect(isHeader(titles)).toBe(is);
  });
});

describe('the seller of an invoice', () => {
  it.each([
    ['AWS', ['bill/PayerAccountId', ' lineItem/UsageAccountId']],
    ['AWS', ['line_item_usage_account_id']],
    ['AWS', ['line item id']],
    ['Azure', ['MeterName', 'Date']],
    ['Azure', ['meter id']],
    ['Azure', ['costInBillingCurrency']],
    ['Azure', ['SubscriptionId']],
    ['OpenAI', ['n_context_tokens_total']],
    ['OpenAI', ['organization_id', 'num_model_requests']],
  ])('is %s with %j', (seller, titles) => {
    expect(foreignSeller(titles)).toBe(seller);
  });

  it.each([
    [['Date', 'SKU description']],
    [['my lineItem/x']],
    [['Parameter name']],
    [['meter names']],
    [['xsnapshot_id']],
    [['snapshot_idx']],
    [[]],
  ])('is not known with %j', (titles) => {
    expect(foreignSeller(titles)).toBeNull();
  });
});
