// What an attacker tries first, by kind. Replies are held to headers and leaks besides (orderly.ts).
import type { Case } from '../case';
import { massAssignment, othersOrders } from '../probes/access';
import { forgedHost, methods, paths } from '../probes/addresses';
import { bodies, tooLarge } from '../probes/bodies';
import { framing } from '../probes/clickjacking';
import { forgery, tokenInUrl } from '../probes/csrf';
import { kept, secrets, timing, variesByCookie } from '../probes/disclosure';
import { type ProbeKind, probeKinds } from '../probes/kinds';
import { cookieFlags, fixation, forgedCookies, repeatedCookies } from '../probes/sessions';
import { injection } from '../probes/sql-injection';
import { reflected, stored } from '../probes/xss';

const probes: Record<ProbeKind, Case[]> = {
  'reflected XSS': reflected,
  'stored XSS': stored,
  'SQL injection': injection,
  CSRF: [forgery, tokenInUrl],
  clickjacking: [framing],
  'session fixation': [fixation],
  'session cookies': [cookieFlags, forgedCookies, repeatedCookies],
  IDOR: [othersOrders],
  'mass assignment': [massAssignment],
  bodies: [bodies],
  'body abuse': [tooLarge],
  'path abuse': [paths],
  'Host header': [forgedHost],
  methods: [methods],
  enumeration: [timing],
  caches: [kept, variesByCookie],
  secrets: [secrets],
};

export const shopProbes: Case[] = probeKinds.flatMap((kind) =>
  probes[kind].map((probe) => ({ ...probe, name: `${kind}: ${probe.name}` })),
);
