// A deck as a list of slides: what was asked and found first, one message per slide, then how far it
// can be trusted.
import { usageError } from '../../errors';
import type { ReportedRun } from '../../results/reported-run';
import type { View } from '../view';
import { appendixSlides } from './appendix-slides';
import { slidesOf } from './draw-view';
import { answerSlide, limitsSlide, methodSlide, openingSlide } from './frame-slides';
import type { Slide } from './model';

/** More than a quarter of an hour's talk holds. */
export const mostSlides = 12;

/**
 * One run, or several in one deck; each gives its most important slide before any its second.
 *
 * @param views what each run shows
 */
export function arrangeDeck(
  runs: readonly ReportedRun[],
  views: readonly (readonly View[])[],
): Slide[] {
  const opening = [openingSlide(runs), answerSlide(runs), methodSlide(runs)];
  const closing = [limitsSlide(runs), ...appendixSlides(runs)];
  const bodies = runs.map(({ run }, index) => slidesOf(views[index] ?? [], run.id));
  const room = mostSlides - opening.length - closing.length;
  if (runs.length > room) {
    throw usageError(
      `${runs.length} runs do not fit into ${mostSlides} slides: give at most ${room}.`,
    );
  }
  return [...opening, ...chosen(bodies, room), ...closing];
}

/** The first of each, then the second of each, until the room is used; in the order of the runs. */
function chosen(byRun: readonly (readonly Slide[])[], room: number): Slide[] {
  const ranked = byRun
    .flatMap((slides, run) => slides.map((slide, rank) => ({ slide, run, rank })))
    .sort((a, b) => a.rank - b.rank || a.run - b.run)
    .slice(0, room);
  return ranked.sort((a, b) => a.run - b.run || a.rank - b.rank).map(({ slide }) => slide);
}
