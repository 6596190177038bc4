/** All tools of a desk, by name, and the keys that choose them. */
import { Eraser } from "./eraser";
import { Hand } from "./hand";
import { ImageTool } from "./image";
import { Laser } from "./laser";
import { Pen } from "./pen";
import { ShapeTool } from "./shape";
import { NoteTool, TextTool } from "./text";
import { Select } from "./select/select";
import type { Desk, Tool, ToolName } from "./tool";

export type Tools = Readonly<Record<ToolName, Tool>>;

/** The key that chooses each tool. */
export const TOOL_KEYS: Readonly<Record<ToolName, string>> = {
  select: "v",
  pen: "p",
  highlighter: "m",
  eraser: "e",
  shape: "s",
  text: "t",
  note: "n",
  image: "i",
  hand: "h",
  laser: "l",
};

export function makeTools(desk: Desk): Tools {
  return {
    select: new Select(desk),
    pen: new Pen(desk, "pen"),
    highlighter: new Pen(desk, "highlighter"),
    eraser: new Eraser(desk),
    shape: new ShapeTool(desk),
    text: new TextTool(desk),
    note: new NoteTool(desk),
    image: new ImageTool(desk),
    hand: new Hand(desk),
    laser: new Laser(desk),
  };
}
