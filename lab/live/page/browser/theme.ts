// The page's inks, for charts: canvas knows nothing of CSS variables.

export type Theme = { ground: string; ink: string; muted: string; rule: string; font: string };

const dark = matchMedia('(prefers-color-scheme: dark)');

export function currentTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const ink = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ground: ink('ground'),
    ink: ink('ink'),
    muted: ink('muted'),
    rule: ink('rule'),
    font: getComputedStyle(document.body).fontFamily,
  };
}

export const onThemeChange = (listener: () => void): void =>
  dark.addEventListener('change', listener);
