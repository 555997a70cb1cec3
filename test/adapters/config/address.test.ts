import { describe, expect, it } from 'vitest';
import { checkedBaseUrl } from '../../../src/adapters/config/endpoints.ts';
import { failure } from '../../support/failure.ts';

const check = (value: string) => checkedBaseUrl({ value, from: 'PIXTAB_BASE_URL' });

describe('a base URL', () => {
  it.each([
    ['https://generativelanguage.googleapis.com', 'https://generativelanguage.googleapis.com'],
    ['https://gateway.example/gemini/', 'https://gateway.example/gemini'],
    ['HTTPS://Gateway.Example:8443', 'https://gateway.example:8443'],
    ['http://localhost:8080/', 'http://localhost:8080'],
    ['http://127.0.0.1:9', 'http://127.0.0.1:9'],
    ['http://127.8.9.10', 'http://127.8.9.10'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
  ])('%s is taken as %s', (value, taken) => {
    expect(check(value)).toEqual({ value: taken, from: 'PIXTAB_BASE_URL' });
  });

  it.each([
    ['http://example.com', 'must use https'],
    ['http://127.0.0.1.example.com', 'must use https'],
    ['http://localhost.example.com', 'must use https'],
    ['http://0.0.0.0:80', 'must use https'],
    ['http://128.0.0.1', 'must use https'],
    ['http://[::2]', 'must use https'],
    ['http://[::ffff:10.0.0.1]', 'must use https'],
    ['https://ada:secret@example.com', 'user name or a password'],
    ['https://ada@example.com', 'user name or a password'],
    ['https://example.com/?key=1', 'query or a fragment'],
    ['https://example.com/?', 'query or a fragment'],
    ['https://example.com/#top', 'query or a fragment'],
    ['https://exa\nmple.com', 'begins with https://'],
    ['https://exam ple.com', 'begins with https://'],
    ['file:///etc/passwd', 'begins with https://'],
    ['ftp://example.com', 'begins with https://'],
    ['example.com', 'begins with https://'],
    ['', 'begins with https://'],
  ])('%j is refused, since it %s', (value, why) => {
    const { kind, message } = failure(() => check(value));
    expect(kind).toBe('usage');
    expect(message).toMatch(/^PIXTAB_BASE_URL must/);
    expect(message).toContain(why);
  });

  it('with a password is refused without printing it', () => {
    const { message, hint } = failure(() => check('http://ada:hunter2@example.com/?token=hunter3'));
    expect(`${message} ${hint}`).not.toMatch(/hunter/);
  });
});
