// What is said of requests that got no answer.

let told = false;

/** Says why, once a VU: the figures count the rest, and a dead subject fails thousands a second. */
export function tellOnce(failure: unknown): void {
  if (told) return;
  told = true;
  console.warn(failure instanceof Error ? failure.message : String(failure));
}
