// What the latest run found, above the panels while no load is on.
import { html, nothing, type TemplateResult } from 'lit-html';
import { apps } from '../../../../contract/apps';
import { appColours } from '../../../../grafana/src/colours';
import type { Events } from '../messages';

type Ended = NonNullable<Events['ended']>;

/** Why, its sentences say. */
const states: Partial<Record<Ended['status'], string>> = { void: 'void', partial: 'cut off' };

/** All of them are in the report. */
const mostNotes = 3;

export function answerOf({ run, kind, status, startedAt, sentences, warnings }: Ended) {
  const when = new Date(startedAt).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
  const state = states[status];
  const more = warnings.length - mostNotes;
  return html`
    <h2>
      The latest run <span>${kind}, ${when}</span>
      ${state ? html`<strong>${state}</strong>` : nothing}
    </h2>
    ${sentences.map(sentenceOf)}
    <ul>
      ${warnings.slice(0, mostNotes).map((warning) => html`<li>${withCode(warning)}</li>`)}
      ${more > 0 ? html`<li>${more} more in the report</li>` : nothing}
    </ul>
    <p><a href="/reports/${run}">Read its report</a></p>`;
}

/** In the colour of the one app that it is about; of two it is grey, as in the report. */
function sentenceOf(sentence: string): TemplateResult {
  const [about, another] = apps.filter(({ title }) => sentence.includes(title));
  const colour = about && !another ? appColours[about.name] : 'var(--rule)';
  return html`<p class="sentence" .style=${`--app: ${colour}`}>${withCode(sentence)}</p>`;
}

/** Code stands between backticks. */
const withCode = (text: string): (string | TemplateResult)[] =>
  text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
