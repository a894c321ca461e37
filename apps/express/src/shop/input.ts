// What clients send, checked: parameters, forms and bodies of the API.
import type { Request } from 'express';
import { z } from 'zod';
import { Problem } from '../errors';
import { SORTS } from './catalogue';
import { MOST_PAGES } from './pagination';
import { isText, lengthOf, trim } from './text';

const LARGEST_ID = 2_147_483_647;
/** That an index may name, by the protocol: https://www.sitemaps.org/protocol.html */
const MOST_SITEMAPS = 50_000;

/** Of repeated parameters and fields the last counts. */
export const last = (value: unknown) => (Array.isArray(value) ? value.at(-1) : value);

const text = z.string().refine(isText, 'holds what is no text');
const trimmed = text.transform(trim);
const ofLength = (least: number, most: number) => (value: string) => {
  const length = lengthOf(value);
  return length >= least && length <= most;
};

const wholeNumber = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum);
/** In a query: nothing is dropped around it. */
const digits = (minimum: number, maximum: number) =>
  z.preprocess(last, wholeNumber(minimum, maximum));
/** In a form. */
const numberField = (minimum: number, maximum: number) =>
  trimmed.pipe(wholeNumber(minimum, maximum));

const page = digits(1, MOST_PAGES).optional().default(1);
const sort = z.preprocess(last, z.enum(SORTS)).optional();
const words = z.preprocess(last, trimmed.refine(ofLength(0, 100))).default('');

export const slugInPath = z.string().regex(/^[a-z]+(-[a-z]+)*$/);
export const listQuery = z.object({ page, sort });
export const productsQuery = z.object({
  category: z.preprocess(last, text).optional(),
  page,
  sort,
});
export const searchQuery = z.object({ q: words, page });
export const ordersQuery = z.object({ page });
export const sitemapQuery = z.object({ p: digits(1, MOST_SITEMAPS).optional().default(1) });

/** Something on both sides of one @, and a dot behind it: only sending mail proves that it reaches anybody. */
const EMAIL = /^[^\p{White_Space}@]+@[^\p{White_Space}@]+\.[^\p{White_Space}@]+$/u;
const email = trimmed
  .transform((value) => value.toLowerCase())
  // The length first: on a long text the pattern would take seconds to fail.
  .refine((value) => lengthOf(value) <= 254 && EMAIL.test(value));

/** A guess without a password is one all the same, and counted. */
export const credentials = z.object({
  email,
  password: text.refine(ofLength(0, 128)).default(''),
});
export const registration = z.object({
  email,
  name: trimmed.refine(ofLength(1, 100)),
  password: text.refine(ofLength(10, 128)),
});

export const cartForm = z.object({
  product: numberField(1, LARGEST_ID),
  quantity: numberField(1, 99),
});
export const cartLineForm = z.object({ quantity: numberField(0, 99) });

export const idempotencyKey = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/);
export const checkoutForm = z.object({ idempotency_key: trimmed.pipe(idempotencyKey) });

const LARGEST_INTEGER = 2_147_483_647;
export const productForm = z.object({
  category: numberField(1, LARGEST_ID),
  name: trimmed.refine(ofLength(1, 200)),
  description: trimmed.refine(ofLength(0, 10_000)),
  price_cents: numberField(1, LARGEST_INTEGER),
  stock: numberField(0, LARGEST_INTEGER),
  /** The stock that the form showed: absent when adding. */
  stock_shown: numberField(0, LARGEST_INTEGER).optional(),
});
export const staffListQuery = z.object({ q: words, page });

const quantity = z.int().min(1).max(99);
export const apiCredentials = z.strictObject({
  email: text.refine(ofLength(0, 254)),
  password: text.refine(ofLength(0, 128)),
});
export const addition = z.strictObject({ productId: z.int().min(1).max(LARGEST_ID), quantity });
export const lineChange = z.strictObject({ quantity });

/** @throws {Problem} 400 naming the first field that is wrong; none where there are no fields */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const field = firstWrongField(parsed.error);
  throw field === undefined
    ? new Problem(400, 'The body must be a JSON object.')
    : wrongField(field);
}

export const wrongField = (field: string): Problem =>
  new Problem(400, `${field} is missing or not what is expected.`, { field });

/** Fields that were wrong, each once. */
export const wrongFields = (error: z.ZodError): string[] => [
  ...new Set(error.issues.map(({ path }) => String(path[0]))),
];

function firstWrongField({ issues }: z.ZodError): string | undefined {
  const [issue] = issues;
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  return unknownKey ?? issue?.path[0]?.toString();
}

/** @throws {Problem} 404 where the path's id can be none */
export function idIn(req: Request, parameter = 'id'): number {
  const text = String(req.params[parameter]);
  const id = /^\d+$/.test(text) ? Number(text) : 0;
  if (id >= 1 && id <= LARGEST_ID) return id;
  throw new Problem(404, 'Nothing is served at this path.');
}

/** The path to go on to, if it is one of this shop: one slash at its beginning, and no more. */
export function nextPath(value: unknown): string | undefined {
  const path = last(value);
  // Control characters of ASCII are refused.
  return typeof path === 'string' && /^\/(?![/\\])[\P{Cc}\x80-\x9f]*$/u.test(path)
    ? path
    : undefined;
}
