/** What the chosen tool is set to. */
import { useStore } from "../../state/store";
import type { Session } from "../session";
import { EraserOptions } from "./EraserOptions";
import { HighlighterOptions, PenOptions } from "./InkOptions";
import { ImageOptions } from "./ImageOptions";
import { SelectOptions } from "./SelectOptions";
import { ShapeOptions } from "./ShapeOptions";
import { NoteOptions, TextOptions } from "./TextOptions";

export function ToolOptions({ session }: { session: Session }) {
  const tool = useStore(session.tool);
  switch (tool) {
    case "select":
      return <SelectOptions session={session} />;
    case "pen":
      return <PenOptions styles={session.styles} />;
    case "highlighter":
      return <HighlighterOptions styles={session.styles} />;
    case "eraser":
      return <EraserOptions styles={session.styles} />;
    case "shape":
      return <ShapeOptions styles={session.styles} />;
    case "text":
      return <TextOptions styles={session.styles} />;
    case "note":
      return <NoteOptions styles={session.styles} />;
    case "image":
      return <ImageOptions session={session} />;
    default:
      return null;
  }
}
