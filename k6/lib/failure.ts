// What is said of requests that got no answer.

/** A dead subject fails thousands per second and each VU sees it: these few speak for all. */
const SPEAKERS = 3;

let told = false;

/** Says why, once, from one of the first VUs; the figures count every failure. */
export function tellOnce(failure: unknown): void {
  if (told || __VU > SPEAKERS) return;
  told = true;
  console.warn(failure instanceof Error ? failure.message : String(failure));
}
