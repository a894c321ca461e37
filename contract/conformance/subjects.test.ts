import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { subjects, variable } from './subjects';

const express = {
  app: 'express',
  baseUrl: 'http://127.0.0.1:8081',
  metricsUrl: 'http://127.0.0.1:9181/metrics',
};

beforeEach(() => {
  vi.stubEnv(variable, undefined);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

test('the subjects are those that the environment lists', () => {
  vi.stubEnv(variable, JSON.stringify([express]));
  expect(subjects()).toEqual([express]);
});

test('without any, the error says how to name one', () => {
  expect(subjects).toThrow(/was given no app to test.*HEADROOM_CONFORMANCE='\[\{"app":"express"/);
});

test.each([
  ['no JSON', '{', /HEADROOM_CONFORMANCE is not JSON/],
  ['an empty list', '[]', /expected a list of subjects/],
  ['another app', JSON.stringify([{ ...express, app: 'flask' }]), /expected a list of subjects/],
  ['another profile', JSON.stringify([{ ...express, profile: 'fast' }]), /expected a list/],
  ['a path in baseUrl', JSON.stringify([{ ...express, baseUrl: 'http://h/p' }]), /expected a list/],
  ['no metricsUrl', JSON.stringify([{ ...express, metricsUrl: undefined }]), /with app, baseUrl/],
])('%s is refused with what was expected', (_fault, text, message) => {
  vi.stubEnv(variable, text);
  expect(subjects).toThrow(message);
});
