// How money and time are written.

export const money = (cents: number): string => `€${(cents / 100).toFixed(2)}`;

/** UTC, in whole seconds. */
export const isoTime = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`;

const dayFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});
export const day = (time: Date): string => dayFormat.format(time);
