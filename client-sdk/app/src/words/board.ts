/** The board and what stands around it. */

export interface BoardWords {
  readonly board: string;
  readonly toolbar: string;
  readonly undo: string;
  readonly redo: string;
  readonly allSaved: string;
  readonly saving: string;
  readonly connecting: string;
  readonly offline: string;
  readonly keptHere: string;
  readonly dismiss: string;
}

export const en: BoardWords = {
  board: "Board",
  toolbar: "Tools",
  undo: "Undo",
  redo: "Redo",
  allSaved: "All saved",
  saving: "Saving…",
  connecting: "Connecting…",
  offline: "No connection. You can go on; what you write is kept on this device.",
  keptHere: "Kept on this device until the connection is back",
  dismiss: "Close this message",
};

export const ja: BoardWords = {
  board: "ボード",
  toolbar: "ツール",
  undo: "元に戻す",
  redo: "やり直す",
  allSaved: "すべて保存しました",
  saving: "保存しています…",
  connecting: "接続しています…",
  offline: "接続が切れています。このまま書けます。書いたものはこの端末に保管されます。",
  keptHere: "接続が戻るまで、この端末に保管しています",
  dismiss: "このお知らせを閉じる",
};
