// Slides to PowerPoint: native charts and tables, notes, alternative texts. Decides nothing but form.
import PptxGenJS from 'pptxgenjs';
import { headingSize, heightOf, keepUnits, lineHeight, paragraphGap, rowHeights } from './fit';
import {
  type Block,
  type DeckChart,
  inkColours,
  margin,
  type Series,
  type Slide,
  slideSize,
  titleBox,
} from './model';

const font = 'Arial';
/** PowerPoint’s colours have no sign before them. */
const bare = (colour: string): string => colour.replace('#', '');
const footer = { y: 7.02, h: 0.3, size: 10 };
const openingTitle = { x: 1.2, y: 2.1, w: 11.4, h: 1.4, size: 44 };

export async function printDeck(slides: readonly Slide[]): Promise<Buffer> {
  const deck = new PptxGenJS();
  deck.defineLayout({ name: 'WIDE', width: slideSize.w, height: slideSize.h });
  deck.layout = 'WIDE';
  deck.title = slides[0]?.title ?? 'Headroom';
  deck.company = 'Headroom';
  for (const [index, slide] of slides.entries()) addSlide(deck, slide, index + 1);
  return (await deck.write({ outputType: 'nodebuffer' })) as Buffer;
}

function addSlide(deck: PptxGenJS, slide: Slide, number: number): void {
  const page = deck.addSlide();
  page.background = { color: bare(inkColours.ground) };
  const { size: most, ...place } = slide.opening ? openingTitle : { ...titleBox, size: 28 };
  page.addText(keepUnits(slide.title), {
    ...place,
    fontFace: font,
    fontSize: headingSize(slide.title, place, most),
    bold: true,
    color: bare(inkColours.ink),
    align: 'left',
    valign: slide.opening ? 'bottom' : 'top',
    margin: 0,
    fit: 'none',
  });
  for (const block of slide.blocks) addBlock(deck, page, block);
  const foot = { fontFace: font, fontSize: footer.size, color: bare(inkColours.muted), margin: 0 };
  const width = slideSize.w - 2 * margin;
  page.addText(slide.source, { ...foot, x: margin, y: footer.y, w: width - 1, h: footer.h });
  page.addText(String(number), {
    ...foot,
    x: margin + width - 0.8,
    y: footer.y,
    w: 0.8,
    h: footer.h,
    align: 'right',
  });
  page.addNotes(notesText(slide));
}

export const notesText = ({ title, notes }: Slide): string =>
  [
    title,
    `How it was measured: ${notes.measured}`,
    ...(notes.read ? [`How to read it: ${notes.read}`] : []),
    `What not to conclude: ${notes.notConcluded}`,
  ].join('\n\n');

function addBlock(deck: PptxGenJS, page: PptxGenJS.Slide, block: Block): void {
  const { box } = block;
  switch (block.kind) {
    case 'bar':
      page.addShape('rect', { ...box, fill: { color: bare(block.colour) } });
      break;
    case 'text':
      page.addText(
        block.paragraphs.map(({ text, size, bold, colour = inkColours.ink, bullet }) => ({
          text: keepUnits(text),
          options: {
            fontSize: size,
            bold: bold ?? false,
            color: bare(colour),
            breakLine: true,
            paraSpaceBefore: paragraphGap,
            ...(bullet && { bullet: { indent: 14 } }),
          },
        })),
        {
          ...box,
          fontFace: font,
          valign: 'top',
          margin: 0,
          fit: 'none',
          lineSpacingMultiple: lineHeight / 1.2,
        },
      );
      break;
    case 'table':
      addTable(page, block);
      break;
    case 'spans':
      addSpans(page, block);
      break;
    case 'chart':
      addChart(deck, page, block.chart, box);
      break;
  }
}

/** Plain shapes and words, which can be moved and coloured one by one. */
function addSpans(page: PptxGenJS.Slide, { drawn }: Extract<Block, { kind: 'spans' }>) {
  for (const { box, colour, form } of drawn.shapes) {
    page.addShape(form, { ...box, fill: { color: bare(colour) } });
  }
  for (const { box, text, size, colour, align } of drawn.labels) {
    const style = { fontFace: font, fontSize: size, color: bare(colour), margin: 0 };
    page.addText(text, { ...box, ...style, align, valign: 'middle', fit: 'none' });
  }
}

function addTable(page: PptxGenJS.Slide, table: Extract<Block, { kind: 'table' }>) {
  const { box, header, rows, widths, size } = table;
  const rule = { type: 'solid' as const, pt: 0.75, color: bare(inkColours.rule) };
  const none = { type: 'none' as const };
  const cell = (text: string, bold: boolean) => ({
    text: keepUnits(text),
    options: {
      bold,
      color: bare(bold ? inkColours.muted : inkColours.ink),
      border: [none, none, rule, none] as [typeof none, typeof none, typeof rule, typeof none],
      margin: [3, 5, 3, 5] as [number, number, number, number],
      valign: 'top' as const,
    },
  });
  page.addTable(
    [
      header.map((text) => cell(text, true)),
      ...rows.map((cells) => cells.map((text) => cell(text, false))),
    ],
    {
      x: box.x,
      y: box.y,
      w: box.w,
      h: heightOf(table),
      colW: widths,
      rowH: rowHeights(table),
      fontFace: font,
      fontSize: size,
    },
  );
}

function addChart(
  deck: PptxGenJS,
  page: PptxGenJS.Slide,
  chart: DeckChart,
  box: Block['box'],
): void {
  const { kind, series, lines, categories, xs = [], x } = chart;
  const options = chartOptions(chart, box);
  const coloured = (shown: readonly Series[], more: PptxGenJS.IChartOpts = {}) => ({
    ...options,
    ...more,
    chartColors: shown.map(({ colour }) => bare(colour)),
  });
  const data = (shown: readonly Series[]) =>
    shown.map(({ name, values }) => ({ name, labels: categories, values: withGaps(values) }));
  if (kind === 'xy') {
    const all = series.map(({ name, values }) => ({ name, values: withGaps(values) }));
    page.addChart(deck.ChartType.scatter, [{ name: x, values: xs }, ...all], options);
  } else if (kind === 'line') {
    page.addChart(deck.ChartType.line, data(series), options);
  } else {
    const bars = coloured(series, {
      barDir: 'col',
      barGrouping: kind === 'stacked' ? 'stacked' : 'clustered',
    });
    if (!lines) {
      page.addChart(deck.ChartType.bar, data(series), bars);
      return;
    }
    page.addChart(
      [
        { type: deck.ChartType.bar, data: data(series), options: bars },
        { type: deck.ChartType.line, data: data(lines), options: coloured(lines) },
      ],
      // Of a chart of several kinds the library takes its options here, whatever its types say.
      options as never,
    );
  }
}

const muted = bare(inkColours.muted);
const axisSize = 11;

/** What all kinds have in common. */
function chartOptions(chart: DeckChart, box: Block['box']): PptxGenJS.IChartOpts {
  const { summary, series, lines = [], x, y, xs, log, min } = chart;
  const all = [...series, ...lines];
  return {
    ...box,
    altText: summary,
    chartColors: all.map(({ colour }) => bare(colour)),
    showLegend: all.length > 1,
    legendPos: 't',
    legendFontFace: font,
    legendFontSize: 12,
    catAxisLabelFontFace: font,
    catAxisLabelFontSize: axisSize,
    catAxisLabelColor: muted,
    catAxisLabelPos: 'low',
    showCatAxisTitle: x !== '',
    catAxisTitle: x,
    catAxisTitleFontSize: axisSize,
    catAxisTitleFontFace: font,
    catAxisTitleColor: muted,
    catGridLine: { style: 'none' },
    valAxisLabelFontFace: font,
    valAxisLabelFontSize: axisSize,
    valAxisLabelColor: muted,
    showValAxisTitle: true,
    valAxisTitle: y,
    valAxisTitleFontSize: axisSize,
    valAxisTitleFontFace: font,
    valAxisTitleColor: muted,
    valGridLine: { color: bare(inkColours.rule), size: 0.75 },
    valAxisLineShow: false,
    ...(log && { valAxisLogScaleBase: 10 }),
    ...(min !== undefined && { valAxisMinVal: min }),
    ...(xs && { catAxisMinVal: 0, catAxisMajorUnit: tickOf(xs) }),
    lineSize: 2.5,
    // Marks would say of each point whether the SLO held, as those of the report do.
    lineDataSymbol: 'none',
    // Apps are measured at rates of their own: over the others' a line goes on.
    displayBlanksAs: xs ? 'span' : 'gap',
    barGapWidthPct: 60,
  };
}

/** The library writes an empty cell for what is no number, whatever its types say. */
const withGaps = (values: readonly (number | null)[]): number[] => values as number[];

/** 1, 2 or 5 times a power of ten, so that an axis has four to ten marks. */
function tickOf(values: readonly number[]): number {
  const rough = Math.max(...values) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
}
