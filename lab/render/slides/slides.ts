// A deck as a list of slides: what was asked and found first, a message a slide, then how far it
// can be trusted.
import { usageError } from '../../errors';
import { capacitySlides } from '../../experiments/capacity/slides';
import { claimsSlides } from '../../experiments/claims/slides';
import { compareSlides } from '../../experiments/compare/slides';
import { noiseSlides } from '../../experiments/noise/slides';
import { planSlides } from '../../experiments/plan/slides';
import { validationSlides } from '../../experiments/plan/validation-slides';
import type { ReportedRun } from '../../experiments/reported-run';
import { scaleSlides } from '../../experiments/scale/slides';
import { tourSlides } from '../../experiments/tour/slides';
import { appendixSlides } from './appendix-slides';
import { answerSlide, limitsSlide, methodSlide, openingSlide } from './frame-slides';
import type { Slide } from './model';
import { statementSlides } from './statement-slides';

/** More than a quarter of an hour's talk holds. */
export const mostSlides = 12;

/** One run, or several in one deck; each gives its most important slide before any its second. */
export function deckOf(runs: readonly ReportedRun[]): Slide[] {
  const opening = [openingSlide(runs), answerSlide(runs), methodSlide(runs)];
  const closing = [limitsSlide(runs), ...appendixSlides(runs)];
  const room = mostSlides - opening.length - closing.length;
  if (runs.length > room) {
    throw usageError(
      `${runs.length} runs do not fit into ${mostSlides} slides: give ${room} at the most.`,
    );
  }
  return [...opening, ...chosen(runs.map(slidesOf), room), ...closing];
}

/** What has no chart says its sentences. */
function slidesOf(reported: ReportedRun): Slide[] {
  const slides = slidesOfKind(reported);
  return slides.length > 0 ? slides : statementSlides(reported);
}

function slidesOfKind(reported: ReportedRun): Slide[] {
  const { experiment } = reported.found;
  switch (experiment?.kind) {
    case undefined:
      return tourSlides(reported);
    case 'capacity':
      return capacitySlides(reported, experiment);
    case 'scale':
      return scaleSlides(reported, experiment);
    case 'compare':
      return compareSlides(reported, experiment);
    case 'noise':
      return noiseSlides(reported, experiment);
    case 'validation':
      return validationSlides(reported, experiment);
    case 'plan':
      return planSlides(reported, experiment);
    case 'claims':
      return claimsSlides(reported, experiment);
    default:
      return [];
  }
}

/** The first of each, then the second of each, until the room is used; in the order of the runs. */
function chosen(byRun: readonly Slide[][], room: number): Slide[] {
  const ranked = byRun
    .flatMap((slides, run) => slides.map((slide, rank) => ({ slide, run, rank })))
    .sort((a, b) => a.rank - b.rank || a.run - b.run)
    .slice(0, room);
  return ranked.sort((a, b) => a.run - b.run || a.rank - b.rank).map(({ slide }) => slide);
}
