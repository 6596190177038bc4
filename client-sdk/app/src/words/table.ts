/** Every sentence and every label of the app. Both languages fill this table; nothing else holds words. */
import type { NoticeCode } from "@kakehashi/client";

export interface Words {
  // The front door
  readonly appName: string;
  readonly doorTitle: string;
  readonly doorLead: string;
  readonly startBoard: string;
  readonly starting: string;
  readonly joinTitle: string;
  readonly code: string;
  readonly codeHint: string;
  readonly join: string;
  readonly joining: string;
  readonly codeIsNineDigits: string;
  readonly noSuchCode: string;
  // Screens
  readonly opening: string;
  readonly unknownBoardTitle: string;
  readonly unknownBoardText: string;
  readonly cannotOpenTitle: string;
  readonly tryAgain: string;
  readonly toFrontDoor: string;
  // The board
  readonly board: string;
  readonly toolbar: string;
  readonly select: string;
  readonly pen: string;
  readonly eraser: string;
  readonly text: string;
  readonly hand: string;
  readonly undo: string;
  readonly redo: string;
  readonly deleteSelected: string;
  readonly color: string;
  readonly colors: Readonly<Record<ColorName, string>>;
  readonly width: string;
  readonly widths: Readonly<Record<WidthName, string>>;
  readonly editText: string;
  // Pages and view
  readonly pages: string;
  readonly page: (number: number) => string;
  readonly pageOf: (number: number, count: number) => string;
  readonly previousPage: string;
  readonly nextPage: string;
  readonly addPage: string;
  readonly noPage: string;
  readonly view: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly wholePage: string;
  readonly copyLink: string;
  readonly linkCopied: string;
  // Saving
  readonly allSaved: string;
  readonly saving: string;
  readonly connecting: string;
  readonly offline: string;
  readonly keptHere: (count: number) => string;
  // People
  readonly guest: (number: number) => string;
  readonly yourName: string;
  readonly nameHint: string;
  readonly changeName: (name: string) => string;
  readonly done: string;
  // What went wrong
  readonly dismiss: string;
  readonly notices: Readonly<Record<NoticeCode, string>>;
}

export type ColorName = "black" | "red" | "blue" | "green" | "orange" | "purple";
export type WidthName = "thin" | "medium" | "thick" | "extraThick";
