/** A sentence with somebody's name in it. Letters of a name that run the other way do not turn the words beside it. */

export interface NamedProps {
  readonly sentence: (name: string) => string;
  readonly name: string;
}

/** Stands for the name while the sentence is made; no word holds it. */
const PLACE = "\u0000";

export function Named({ sentence, name }: NamedProps) {
  const [before = "", after = ""] = sentence(PLACE).split(PLACE);
  return (
    <>
      {before}
      <bdi>{name}</bdi>
      {after}
    </>
  );
}
