// What clients send, checked: parameters, forms and bodies of the API.
import type { Request } from 'express';
import { z } from 'zod';
import { Problem } from '../errors';
import { SORTS } from './catalogue';
import { MOST_PAGES } from './pagination';

const LARGEST_ID = 2_147_483_647;

/** Of repeated parameters the last counts. */
const last = (value: unknown) => (Array.isArray(value) ? value.at(-1) : value);

/** PostgreSQL's text cannot hold a NUL. */
const text = z.string().refine((value) => !value.includes('\0'), 'holds a NUL');
const trimmed = text.transform((value) => value.trim());
const digits = (minimum: number, maximum: number) =>
  z.preprocess(
    last,
    z
      .string()
      .regex(/^\d{1,10}$/)
      .transform(Number)
      .refine((value) => value >= minimum && value <= maximum),
  );

const page = digits(1, MOST_PAGES).optional().default(1);
const sort = z.preprocess(last, z.enum(SORTS)).optional();
const words = z
  .preprocess(
    last,
    trimmed.refine((value) => value.length <= 100),
  )
  .default('');

export const slugInPath = z.string().regex(/^[a-z]+(-[a-z]+)*$/);
export const listQuery = z.object({ page, sort });
export const productsQuery = z.object({
  category: z.preprocess(last, text).optional(),
  page,
  sort,
});
export const searchQuery = z.object({ q: words, page });
export const ordersQuery = z.object({ page });
export const sitemapQuery = z.object({ p: digits(1, 1_000_000).optional().default(1) });

/** Something on both sides of one @, and a dot behind it: who it reaches, only a letter can tell. */
const email = z
  .preprocess(last, text)
  .transform((value) => value.trim().toLowerCase())
  .refine((value) => value.length <= 254 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value));

const password = z.preprocess(
  last,
  text.refine((value) => value.length <= 128),
);

export const credentials = z.object({ email, password });
export const registration = z.object({
  email,
  name: z.preprocess(
    last,
    trimmed.refine((value) => value.length >= 1 && value.length <= 100),
  ),
  password: z.preprocess(
    last,
    text.refine((value) => value.length >= 10 && value.length <= 128),
  ),
});

export const cartForm = z.object({ product: digits(1, LARGEST_ID), quantity: digits(1, 99) });
export const cartLineForm = z.object({ quantity: digits(0, 99) });

export const idempotencyKey = z.preprocess(last, z.string().regex(/^[A-Za-z0-9_-]{16,64}$/));
export const checkoutForm = z.object({ idempotency_key: idempotencyKey });

const LARGEST_INTEGER = 2_147_483_647;
/** The names are those of Django's admin. */
export const productForm = z.object({
  category: digits(1, LARGEST_ID),
  name: z.preprocess(
    last,
    trimmed.refine((value) => value.length >= 1 && value.length <= 200),
  ),
  description: z.preprocess(
    last,
    trimmed.refine((value) => value.length <= 10_000),
  ),
  price_cents: digits(1, LARGEST_INTEGER),
  stock: digits(0, LARGEST_INTEGER),
  /** What the form showed: absent when adding. */
  'initial-stock': digits(0, LARGEST_INTEGER).optional(),
});
export const adminListQuery = z.object({ q: words, page });

const quantity = z.int().min(1).max(99);
export const apiCredentials = z.strictObject({
  email: text.max(254),
  password: text.max(128),
});
export const addition = z.strictObject({ productId: z.int().min(1).max(LARGEST_ID), quantity });
export const lineChange = z.strictObject({ quantity });

/** @throws {Problem} 400 naming the first field that is wrong */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw wrongField(firstWrongField(parsed.error));
}

export const wrongField = (field: string): Problem =>
  new Problem(400, `${field} is missing or not what is expected.`, { field });

/** Fields that were wrong, each once. */
export const wrongFields = (error: z.ZodError): string[] => [
  ...new Set(error.issues.map(({ path }) => String(path[0]))),
];

function firstWrongField({ issues }: z.ZodError): string {
  const [issue] = issues;
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  return String(unknownKey ?? issue?.path[0] ?? 'body');
}

/** @throws {Problem} 404 where the path's id can be none */
export function idIn(req: Request): number {
  const id = digits(1, LARGEST_ID).safeParse(req.params.id);
  if (id.success) return id.data;
  throw new Problem(404, 'Nothing is served at this path.');
}

/** The path to go on to, if it is one of this shop: one slash at its beginning, and no more. */
export function nextPath(value: unknown): string | undefined {
  const path = last(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  return typeof path === 'string' && /^\/(?![/\\])[^\x00-\x1f\x7f]*$/.test(path) ? path : undefined;
}
