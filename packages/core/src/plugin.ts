/** Where a plugin's factory is exported, so that a run's record can rebuild it. */
export interface PluginSource {
  /** A package name, or a module path for a plugin in a local file. */
  readonly module: string;
  readonly export: string;
}

/** What every part of a pipeline says about itself. */
export interface Plugin {
  readonly name: string;
  /** Complete, defaults filled in: the factory called with them returns an equal plugin. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Absent for a plugin that can't be rebuilt from its record. */
  readonly source?: PluginSource;
}

/** A plugin written as data: `{ "use": "supcon", "temperature": 0.1 }`. */
export interface PluginReference {
  /** A short name, a package name with `#export`, or a file path with `#export`. */
  readonly use: string;
  readonly [option: string]: unknown;
}

/** The roles that a plugin can play in a config. */
export type PluginKind =
  | "augmentation"
  | "backend"
  | "dataset"
  | "encoder"
  | "head"
  | "loss"
  | "mix"
  | "monitor"
  | "optimizer"
  | "sampler"
  | "schedule";

/** What a package exports as `plugins`: its factories by role and short name. */
export type PluginTable = {
  // A factory's options are its own; they are checked when it is called.
  readonly [Kind in PluginKind]?: Readonly<Record<string, (options: never) => Plugin>>;
};
