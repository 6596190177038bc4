/** All tools of a desk, by name. */
import { Eraser } from "./eraser";
import { Hand } from "./hand";
import { Pen } from "./pen";
import { Select } from "./select";
import { TextTool } from "./text";
import type { Desk, Tool, ToolName } from "./tool";

export type Tools = Readonly<Partial<Record<ToolName, Tool>>>;

export function makeTools(desk: Desk): Tools {
  return {
    select: new Select(desk),
    pen: new Pen(desk),
    eraser: new Eraser(desk),
    text: new TextTool(desk),
    hand: new Hand(desk),
  };
}
