/** What is done with a selection, and what the things on a page are called. */

/** Who made a thing, and its colour; null if that is not known. */
type Named = (author: string | null, color: string | null) => string;

export interface SelectWords {
  readonly selecting: SelectingWords;
}

interface SelectingWords {
  readonly selection: string;
  readonly selectMode: string;
  readonly selectModes: Readonly<Record<"box" | "lasso", string>>;
  readonly selectHints: Readonly<Record<"box" | "lasso", string>>;
  readonly look: string;
  readonly editSelected: string;
  readonly duplicate: string;
  readonly copySelected: string;
  readonly cutSelected: string;
  readonly paste: string;
  readonly order: string;
  readonly orders: Readonly<Record<"front" | "forward" | "backward" | "back", string>>;
  readonly lock: string;
  readonly unlock: string;
  readonly selectAll: string;
  readonly all: string;
  readonly copied: (count: number) => string;
  readonly nothingToPaste: string;
  readonly pasteTooLarge: string;
  readonly pictureGone: string;
  readonly keyNext: string;
  readonly keyPrevious: string;
  readonly keyEdit: string;
  readonly keyDeselect: string;
  readonly keyNudge: string;
  readonly keyNudgeFar: string;
  readonly keyStretch: string;
  readonly keyScale: string;
  readonly keyTurn: string;
  readonly keyTurnFine: string;
  readonly keyLock: string;
  readonly boardHint: string;
  readonly things: string;
  readonly thingsMore: (count: number) => string;
  readonly you: string;
  readonly ink: Named;
  readonly highlight: Named;
  readonly rectangle: Named;
  readonly ellipse: Named;
  readonly line: Named;
  readonly arrow: Named;
  readonly polygon: Named;
  readonly textThing: (text: string) => string;
  readonly noteThing: (text: string) => string;
  readonly picture: Named;
  readonly thingLocked: (name: string) => string;
  readonly thingOf: (name: string, place: number, count: number) => string;
  readonly selected: (count: number) => string;
  readonly selectedNone: string;
}

function by(kind: string, author: string | null, color: string | null): string {
  return [author === null ? kind : `${kind} by ${author}`, ...(color === null ? [] : [`${color}`.toLowerCase()])].join(", ");
}

function written(kind: string, text: string): string {
  return text === "" ? `${kind}, empty` : `${kind}: ${text}`;
}

export const en: SelectWords = {
  selecting: {
    selection: "Selection",
    selectMode: "How to select",
    selectModes: { box: "Box", lasso: "Lasso" },
    selectHints: { box: "Drag a box around things.", lasso: "Draw a loop around things." },
    look: "Colour and line",
    editSelected: "Edit text",
    duplicate: "Duplicate",
    copySelected: "Copy",
    cutSelected: "Cut",
    paste: "Paste",
    order: "Order",
    orders: { front: "Bring to front", forward: "Bring forward", backward: "Send backward", back: "Send to back" },
    lock: "Lock",
    unlock: "Unlock",
    selectAll: "Select all",
    all: "All",
    copied: (count) => (count === 1 ? "1 thing copied" : `${count} things copied`),
    nothingToPaste: "There is nothing to paste.",
    pasteTooLarge: "This is too much to paste at once.",
    pictureGone: "A picture could not be pasted: its board cannot be reached.",
    keyNext: "Select the next thing",
    keyPrevious: "Select the one before",
    keyEdit: "Edit the text",
    keyDeselect: "Select nothing",
    keyNudge: "Move",
    keyNudgeFar: "Move further",
    keyStretch: "Change width or height",
    keyScale: "Make larger or smaller",
    keyTurn: "Turn",
    keyTurnFine: "Turn a little",
    keyLock: "Lock or unlock",
    boardHint: "Full stop and comma go from one thing to the next. A question mark shows all keys.",
    things: "Things on this page",
    thingsMore: (count) => (count === 1 ? "and 1 more" : `and ${count} more`),
    you: "you",
    ink: (author, color) => by("Handwriting", author, color),
    highlight: (author, color) => by("Highlighting", author, color),
    rectangle: (author, color) => by("Rectangle", author, color),
    ellipse: (author, color) => by("Ellipse", author, color),
    line: (author, color) => by("Line", author, color),
    arrow: (author, color) => by("Arrow", author, color),
    polygon: (author, color) => by("Shape", author, color),
    textThing: (text) => written("Text", text),
    noteThing: (text) => written("Note", text),
    picture: (author, color) => by("Picture", author, color),
    thingLocked: (name) => `${name}, locked`,
    thingOf: (name, place, count) => `${name}, ${place} of ${count}`,
    selected: (count) => (count === 1 ? "1 thing selected" : `${count} things selected`),
    selectedNone: "Nothing selected",
  },
};

function nihongo(kind: string, author: string | null, color: string | null): string {
  return [author === null ? kind : `${author}の${kind}`, ...(color === null ? [] : [color])].join("、");
}

function kaita(kind: string, text: string): string {
  return text === "" ? `${kind}、空` : `${kind}「${text}」`;
}

export const ja: SelectWords = {
  selecting: {
    selection: "選択したもの",
    selectMode: "選び方",
    selectModes: { box: "四角", lasso: "なげなわ" },
    selectHints: { box: "四角で囲んで選びます。", lasso: "線で囲んで選びます。" },
    look: "色と線",
    editSelected: "文字を編集",
    duplicate: "複製",
    copySelected: "コピー",
    cutSelected: "切り取り",
    paste: "貼り付け",
    order: "重なり順",
    orders: { front: "最前面へ", forward: "前面へ", backward: "背面へ", back: "最背面へ" },
    lock: "ロック",
    unlock: "ロックを解除",
    selectAll: "すべて選択",
    all: "すべて",
    copied: (count) => `${count}個コピーしました`,
    nothingToPaste: "貼り付けるものがありません。",
    pasteTooLarge: "一度に貼り付けられる量を超えています。",
    pictureGone: "画像を貼り付けられませんでした。元のボードにつながりません。",
    keyNext: "次のものを選ぶ",
    keyPrevious: "前のものを選ぶ",
    keyEdit: "文字を編集する",
    keyDeselect: "選択をやめる",
    keyNudge: "動かす",
    keyNudgeFar: "大きく動かす",
    keyStretch: "幅や高さを変える",
    keyScale: "拡大・縮小する",
    keyTurn: "回す",
    keyTurnFine: "少しだけ回す",
    keyLock: "ロックする・解除する",
    boardHint: "ピリオドとコンマで、ボードの上のものを順に選べます。「?」で操作の一覧を開きます。",
    things: "このページにあるもの",
    thingsMore: (count) => `ほか${count}個`,
    you: "あなた",
    ink: (author, color) => nihongo("手書き", author, color),
    highlight: (author, color) => nihongo("マーカー", author, color),
    rectangle: (author, color) => nihongo("四角形", author, color),
    ellipse: (author, color) => nihongo("だ円", author, color),
    line: (author, color) => nihongo("直線", author, color),
    arrow: (author, color) => nihongo("矢印", author, color),
    polygon: (author, color) => nihongo("図形", author, color),
    textThing: (text) => kaita("文字", text),
    noteThing: (text) => kaita("付箋", text),
    picture: (author, color) => nihongo("画像", author, color),
    thingLocked: (name) => `${name}、ロック中`,
    thingOf: (name, place, count) => `${name}、${count}個中${place}個目`,
    selected: (count) => `${count}個選択中`,
    selectedNone: "選択なし",
  },
};
