// How large an app's image is, as the engine has it: nothing is built for it.

import { type ClaimedApp, claimedApps } from '../../lab/experiments/claims/design';
import type { AppEffort } from '../../lab/experiments/claims/effort';
import { ComposeCli } from '../../lab/runtime/compose/cli';
import { Engine } from '../../lab/runtime/compose/engine';
import { imageOf } from '../../lab/runtime/compose/settings';

type ImageSize = AppEffort['image'];

/** Sizes of both images, or why there are none. */
export async function imageSizes(): Promise<Record<ClaimedApp, ImageSize>> {
  try {
    const engine = await Engine.open();
    const config = await new ComposeCli().config();
    const sizes = await Promise.all(claimedApps.map((app) => sizeOf(engine, imageOf(config, app))));
    return { express: sizes[0] as ImageSize, django: sizes[1] as ImageSize };
  } catch (error) {
    const why = (error as Error).message.split('\n', 1)[0] || 'Docker gave no reason';
    return { express: { bytes: null, why }, django: { bytes: null, why } };
  }
}

async function sizeOf(engine: Engine, reference: string): Promise<ImageSize> {
  const image = await engine.image(reference);
  if (image === undefined) {
    const why = `There is no image ${reference} yet: \`docker compose build express django\` makes it.`;
    return { bytes: null, why };
  }
  const standInBase = image.Config.Labels?.standin === 'true';
  return { bytes: image.Size, standInBase, reference };
}
