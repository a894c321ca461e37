// Passwords as both apps keep them: argon2id, in Django's encoding.
import { argon2id, hash, verify } from 'argon2';

/** OWASP's advice of 2024, and contract/README.md's: 19 MiB, two passes, one lane. */
const OPTIONS = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Django names the algorithm before what others call the whole. */
const PREFIX = 'argon2';

/** Nobody's: checked where there is no customer, so that time does not tell that there is none. */
const dummy = hash('nobody', OPTIONS);

export async function hashPassword(password: string): Promise<string> {
  return PREFIX + inUsualOrder(await hash(password, OPTIONS));
}

/** @param encoded absent where there is no customer: the answer is false, after as long */
export async function isPassword(encoded: string | undefined, password: string): Promise<boolean> {
  if (encoded === undefined) {
    await verify(await dummy, password);
    return false;
  }
  return encoded.startsWith(PREFIX) && verify(encoded.slice(PREFIX.length), password);
}

/** The package writes p before t; argon2's own parser, which Django uses, wants m, t, p. */
const inUsualOrder = (encoded: string): string =>
  encoded.replace(/\$(m=\d+),(p=\d+),(t=\d+)\$/, '$$$1,$3,$2$$');
