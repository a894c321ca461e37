// The apps that the contract binds, by the names that files, metrics and commands use.

export const appNames = ['express', 'django'] as const;
export type AppName = (typeof appNames)[number];
