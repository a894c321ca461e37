// Ctrl-C or SIGTERM in the middle: what there is stays on disk, the run is partial.
import { LabError } from '../errors';

export class Interrupted extends LabError {
  override name = 'Interrupted';

  constructor() {
    super(130, 'Interrupted. What was measured so far is kept; the run is marked partial.');
  }
}
