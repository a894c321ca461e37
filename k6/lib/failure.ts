// What is said of requests that got no answer.

/** A dead subject fails thousands per second and each VU sees it, so only the first few log it. */
const LOGGING_VUS = 3;

let told = false;

/** Says why, once, from one of the first VUs; the figures count every failure. */
export function tellOnce(failure: unknown): void {
  if (told || __VU > LOGGING_VUS) return;
  told = true;
  console.warn(failure instanceof Error ? failure.message : String(failure));
}
