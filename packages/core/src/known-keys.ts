import * as z from "zod";

/** The keys that a schema's object at a path may have. */
export function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const objects = path.reduce<readonly z.core.$ZodType[]>(
    (at, key) => at.flatMap((one) => within(one, key)),
    [schema],
  );
  return [
    ...new Set(
      objects
        .flatMap(alternatives)
        .flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : [])),
    ),
  ];
}

function within(schema: z.core.$ZodType, key: PropertyKey): readonly z.core.$ZodType[] {
  return alternatives(schema).flatMap((one) => {
    if (one instanceof z.ZodObject) return (one.shape as Record<PropertyKey, z.core.$ZodType>)[key] ?? [];
    if (one instanceof z.ZodArray) return one.element;
    if (one instanceof z.ZodTuple) return one.def.items[Number(key)] ?? [];
    return [];
  });
}

/** What a schema is without its default and the like; of a union each. */
function alternatives(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(alternatives);
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodReadonly
  ) {
    return alternatives(schema.unwrap());
  }
  return [schema];
}
