/** By label, as the author's `fine_label_names.txt` has them. */
export const fineClasses: readonly string[] = words(`
  apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly
  camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup
  dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower
  leopard lion lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid
  otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray
  road rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar
  sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle
  wardrobe whale willow_tree wolf woman worm
`);

/** By label, as the author's `coarse_label_names.txt` has them. */
export const coarseClasses: readonly string[] = words(`
  aquatic_mammals fish flowers food_containers fruit_and_vegetables household_electrical_devices
  household_furniture insects large_carnivores large_man-made_outdoor_things
  large_natural_outdoor_scenes large_omnivores_and_herbivores medium_mammals non-insect_invertebrates
  people reptiles small_mammals trees vehicles_1 vehicles_2
`);

/** The fine classes of each coarse one, in the order of these. */
const families = [
  "beaver dolphin otter seal whale",
  "aquarium_fish flatfish ray shark trout",
  "orchid poppy rose sunflower tulip",
  "bottle bowl can cup plate",
  "apple mushroom orange pear sweet_pepper",
  "clock keyboard lamp telephone television",
  "bed chair couch table wardrobe",
  "bee beetle butterfly caterpillar cockroach",
  "bear leopard lion tiger wolf",
  "bridge castle house road skyscraper",
  "cloud forest mountain plain sea",
  "camel cattle chimpanzee elephant kangaroo",
  "fox porcupine possum raccoon skunk",
  "crab lobster snail spider worm",
  "baby boy girl man woman",
  "crocodile dinosaur lizard snake turtle",
  "hamster mouse rabbit shrew squirrel",
  "maple_tree oak_tree palm_tree pine_tree willow_tree",
  "bicycle bus motorcycle pickup_truck train",
  "lawn_mower rocket streetcar tank tractor",
].map(words);

/** For each of the 100 fine classes of CIFAR-100 the label of its superclass, one of 20: for hierarchical samplers. */
export const cifar100SuperClasses: readonly number[] = fineClasses.map((name) =>
  families.findIndex((family) => family.includes(name)),
);

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
