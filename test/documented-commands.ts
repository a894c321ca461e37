// The commands that a reader is told to type: those of code blocks, and those between backticks.

type DocumentedCommand = {
  file: string;
  line: number;
  command: string;
  /** What the page says of its length, such as "takes up to 10 minutes"; empty where it says none. */
  takes: string;
};

const begins =
  /^(?:npm (?:start|test|run)\b|docker compose \S|kind load |kubectl (?:apply|delete) -k |\.lab\/bin\/)/;
const takes = /\btakes (?:about |up to )?\d+ (?:s|minutes?|hours?)\b/;
/** How far behind a command between backticks its length may be said. */
const asideLength = 60;

export const commandsIn = (file: string, text: string): DocumentedCommand[] => [
  ...inBlocks(file, text),
  ...betweenBackticks(file, text),
];

/** Indented by four or fenced; a comment begins with two spaces and a `#`. */
function inBlocks(file: string, text: string): DocumentedCommand[] {
  let isFenced = false;
  return text.split('\n').flatMap((content, index) => {
    if (content.startsWith('```')) isFenced = !isFenced;
    if (!isFenced && !content.startsWith('    ')) return [];
    const [code = '', comment = ''] = content.trim().split(/ {2,}# /);
    // Settings may stand before it, and end a line that began above.
    const command = code.replace(/^.*?'? (?=npm test)/, '').replace(/^\$ /, '');
    return begins.test(command)
      ? [{ file, line: index + 1, command: oneLine(command), takes: lengthIn(comment) }]
      : [];
  });
}

/** A line may end inside. */
function betweenBackticks(file: string, text: string): DocumentedCommand[] {
  const prose = text.replace(/^(?: {4}.*|```[\s\S]*?^```)$/gm, (block) =>
    block.replace(/\S/g, ' '),
  );
  return [...prose.matchAll(/`([^`]+)`/g)].flatMap(({ 0: whole, 1: code = '', index }) => {
    const command = oneLine(code);
    const behind = prose.slice(index + whole.length, index + whole.length + asideLength);
    const line = prose.slice(0, index).split('\n').length;
    return begins.test(command) ? [{ file, line, command, takes: lengthIn(oneLine(behind)) }] : [];
  });
}

const oneLine = (text: string): string => text.trim().replace(/\s+/g, ' ');
const lengthIn = (text: string): string => takes.exec(text)?.[0] ?? '';
