import { completeConfig, type CompleteConfig, type Config, ContrastiveError } from "@contrastive/core";

/**
 * Throws what `train` would throw before it starts the backend and opens the data: for options that are unknown, missing or wrong,
 * and for parts that don't fit each other.
 */
export function checkConfig(config: Config): void {
  checkPairing(completeConfig(config));
}

/** Throws where the loss does not fit what else is in the config. */
export function checkPairing({ loss, head, views, mix }: CompleteConfig): void {
  const who = `loss "${loss.name}"`;
  if (loss.needs.on.includes("projection") && head === undefined) {
    throw new ContrastiveError({
      who,
      what: "works on the projection, and the config has no head",
      fix: "Add one, for example head: projectionHead() of @contrastive/encoder-resnet",
    });
  }
  if (views.length < loss.needs.views) {
    throw new ContrastiveError({
      who,
      what: `needs at least ${loss.needs.views} views of a sample`,
      got: views.length,
      fix: "Name one augmentation a view in the config's views, for example views: [simAugment(), simAugment()]",
    });
  }
  if (mix !== undefined && loss.takesMixedLabels !== true) {
    throw new ContrastiveError({
      who,
      what: `takes no mixed labels, and mix "${mix.name}" makes them`,
      fix:
        'Use a loss on shares of classes, which is crossEntropy({ labels: "soft" }) of @contrastive/loss-cross-entropy or a sum ' +
        "of such, or leave mix out of the config",
    });
  }
}
