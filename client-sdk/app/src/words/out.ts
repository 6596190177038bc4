/** Saving pages as files, printing them, and bringing drawings in. */

export type FormatName = "pdf" | "png" | "svg" | "excalidraw" | "kakehashi";

export interface OutWords {
  readonly exportWhat: string;
  readonly exportThisPage: string;
  readonly exportAllPages: (count: number) => string;
  readonly exportHiddenToo: string;
  readonly exportHiddenHint: (count: number) => string;
  readonly exportFormat: string;
  readonly formats: Readonly<Record<FormatName, { readonly name: string; readonly hint: string }>>;
  readonly exportSize: string;
  readonly exportTransparent: string;
  readonly exportTransparentHint: string;
  readonly exportName: string;
  readonly exportNameHint: (ending: string) => string;
  readonly exportFileName: (date: string, page: string | null) => string;
  readonly saveFile: string;
  readonly saveAgain: string;
  readonly shareFile: string;
  readonly shareAgain: string;
  readonly print: string;
  readonly cancel: string;
  readonly exportWorking: (done: number, of: number) => string;
  readonly exportWaiting: string;
  readonly exportDone: (file: string, size: string) => string;
  readonly exportOnTheWay: string;
  readonly exportPicturesMissing: (count: number) => string;
  readonly exportPagesMissing: (pages: readonly number[]) => string;
  readonly exportWithout: string;
  readonly exportNoPage: string;
  readonly exportFailed: string;
  readonly exportNeedsServer: string;
  readonly exportUnsaved: (count: number) => string;
  readonly exportAnyway: string;
  readonly exportNotLoaded: string;
  readonly bringIn: string;
  readonly bringInHint: string;
  readonly bringInChoose: string;
  readonly bringingIn: string;
  readonly broughtIn: (count: number) => string;
  readonly broughtInLess: (left: number) => string;
  readonly bringInProblems: {
    readonly size: string;
    readonly broken: string;
    readonly other: string;
    readonly empty: string;
    readonly many: string;
    readonly locked: string;
    readonly room: string;
    readonly pictures: string;
    readonly refused: string;
  };
}

export const en: OutWords = {
  exportWhat: "What to save",
  exportThisPage: "This page",
  exportAllPages: (count) => `All pages (${count})`,
  exportHiddenToo: "Hidden pages too",
  exportHiddenHint: (count) => (count === 1 ? "One page is hidden." : `${count} pages are hidden.`),
  exportFormat: "Kind of file",
  formats: {
    pdf: { name: "PDF", hint: "To print or hand out. Opens on every device; lines stay sharp." },
    png: { name: "PNG picture", hint: "For documents, slides and messages." },
    svg: { name: "SVG drawing", hint: "Lines and letters that you can edit in a drawing program." },
    excalidraw: { name: "Excalidraw file", hint: "To carry on in Excalidraw. You can bring it back in here." },
    kakehashi: { name: "Whole board (.kakehashi)", hint: "To keep the board or move it to another server: every page, and who drew what." },
  },
  exportSize: "Size in pixels",
  exportTransparent: "Without the white sheet",
  exportTransparentHint: "The background is see-through.",
  exportName: "File name",
  exportNameHint: (ending) => `It is saved as .${ending}.`,
  exportFileName: (date, page) => (page === null ? `Board ${date}` : `Board ${date} ${page}`),
  saveFile: "Save file",
  saveAgain: "Save again",
  shareFile: "Send…",
  shareAgain: "The file is ready. Press “Send…” once more to pass it on.",
  print: "Print…",
  cancel: "Cancel",
  exportWorking: (done, of) => (of === 1 ? "Making the file…" : `Making the file: page ${Math.min(done + 1, of)} of ${of}`),
  exportWaiting: "Waiting until everything is saved…",
  exportDone: (file, size) => `Done: ${file} (${size})`,
  exportOnTheWay: "The file is on its way to your downloads.",
  exportPicturesMissing: (count) =>
    count === 1
      ? "One picture could not be fetched; its place is grey. With a connection it will be there."
      : `${count} pictures could not be fetched; their places are grey. With a connection they will be there.`,
  exportPagesMissing: (pages) =>
    pages.length === 1
      ? `Page ${pages[0]} is not on this device, and it did not arrive from the server.`
      : `Pages ${pages.join(", ")} are not on this device, and they did not arrive from the server.`,
  exportWithout: "Save without them",
  exportNoPage: "There is no page to save. Hidden pages are left out unless you choose them.",
  exportFailed: "The file could not be made. This device may have too little memory; a smaller size or a single page may work.",
  exportNeedsServer: "The server makes this file, and it cannot be reached now. PDF, PNG, SVG and Excalidraw work without it.",
  exportUnsaved: (count) =>
    count === 1
      ? "One change on this device has not reached the server yet; it would not be in the file."
      : `${count} changes on this device have not reached the server yet; they would not be in the file.`,
  exportAnyway: "Save without them",
  exportNotLoaded: "This part of the app could not be loaded. Please try again when there is a connection.",
  bringIn: "Bring in a drawing",
  bringInHint: "An .excalidraw file goes on the page that is shown. You can undo it.",
  bringInChoose: "Choose a file…",
  bringingIn: "Bringing in the drawing…",
  broughtIn: (count) => (count === 1 ? "One object is on the page now." : `${count} objects are on the page now.`),
  broughtInLess: (left) =>
    left === 1 ? "One object could not be read and was left out." : `${left} objects could not be read and were left out.`,
  bringInProblems: {
    size: "This file is too large. Up to 32 megabytes can be brought in.",
    broken: "This file is damaged or not an Excalidraw drawing. Nothing was added.",
    other: "This is another kind of Excalidraw file. Please save the drawing itself as .excalidraw.",
    empty: "There is nothing in this drawing that can be shown here.",
    many: "There is too much in this drawing for one page. Nothing was added; please divide it.",
    locked: "This page is locked. Unlock it, or choose another page.",
    room: "There is no room for so much on this page. A new page has room.",
    pictures: "The pictures of this drawing can only be stored while the server can be reached. Nothing was added; please try again later.",
    refused: "The board did not take the drawing. Nothing was added.",
  },
};

export const ja: OutWords = {
  exportWhat: "保存するもの",
  exportThisPage: "このページ",
  exportAllPages: (count) => `全ページ（${count}）`,
  exportHiddenToo: "非表示のページも含める",
  exportHiddenHint: (count) => `非表示のページが${count}ページあります。`,
  exportFormat: "ファイルの種類",
  formats: {
    pdf: { name: "PDF", hint: "印刷や配付に。どの端末でも開けて、線がきれいです。" },
    png: { name: "画像（PNG）", hint: "文書やスライド、メッセージに貼れます。" },
    svg: { name: "図形（SVG）", hint: "作図ソフトで、線や文字を編集できます。" },
    excalidraw: { name: "Excalidrawファイル", hint: "Excalidrawで続きを描けます。ここに\u2060もう\u2060一度取り込めます。" },
    kakehashi: { name: "ボード全体（.kakehashi）", hint: "保管や、別のサーバーへの引っ越しに。だれが書いたかも残ります。" },
  },
  exportSize: "大きさ（画素）",
  exportTransparent: "白い紙をつけない",
  exportTransparentHint: "背景が透明になります。",
  exportName: "ファイル名",
  exportNameHint: (ending) => `「.${ending}」で保存します。`,
  exportFileName: (date, page) => (page === null ? `ボード ${date}` : `ボード ${date} ${page}`),
  saveFile: "保存する",
  saveAgain: "もう一度保存する",
  shareFile: "送る…",
  shareAgain: "ファイルができました。もう\u2060一度「送る…」を押してください。",
  print: "印刷…",
  cancel: "やめる",
  exportWorking: (done, of) => (of === 1 ? "ファイルを作っています…" : `ファイルを作っています：${Math.min(done + 1, of)} / ${of}ページ`),
  exportWaiting: "すべて保存されるのを待っています…",
  exportDone: (file, size) => `できました：${file}（${size}）`,
  exportOnTheWay: "ファイルをダウンロードしています。",
  exportPicturesMissing: (count) => `画像${count}枚を読み込めなかったため、その場所は灰色です。接続があるときに保存すると入ります。`,
  exportPagesMissing: (pages) => `${pages.join("、")}ページがこの端末になく、サーバーからも届きませんでした。`,
  exportWithout: "そのページを除いて保存する",
  exportNoPage: "保存するページがありません。非表示のページは、選ばないと含まれません。",
  exportFailed: "ファイルを作れませんでした。端末のメモリが足りないのかもしれません。大きさを小さくするか、1ページずつお試しください。",
  exportNeedsServer: "このファイルはサーバーが作りますが、いまつながりません。PDF、PNG、SVG、Excalidrawはつながらなくても作れます。",
  exportUnsaved: (count) => `この端末の変更${count}件がまだサーバーに届いていないため、ファイルに入りません。`,
  exportAnyway: "入れずに保存する",
  exportNotLoaded: "この機能を読み込めませんでした。接続があるときに、もう\u2060一度お試しください。",
  bringIn: "図を取り込む",
  bringInHint: ".excalidrawファイルをこの\u2060ページに置きます。元に戻せます。",
  bringInChoose: "ファイルを選ぶ…",
  bringingIn: "図を取り込んでいます…",
  broughtIn: (count) => `${count}個をページに置きました。`,
  broughtInLess: (left) => `読み取れなかった${left}個は除きました。`,
  bringInProblems: {
    size: "ファイルが大きすぎます。32メガバイトまで取り込めます。",
    broken: "ファイルが壊れているか、Excalidrawの図ではありません。何も追加していません。",
    other: "Excalidrawの別の種類のファイルです。図を「.excalidraw」で保存してから取り込んでください。",
    empty: "この図には、ここで表示できるものがありません。",
    many: "この図は1ページには多すぎます。何も追加していません。分けてから取り込んでください。",
    locked: "このページはロックされています。ロックを外すか、別のページを選んでください。",
    room: "このページにはこれ以上置けません。新しいページには置けます。",
    pictures: "図の中の画像は、サーバーにつながっているときだけ取り込めます。何も追加していません。あとでもう\u2060一度お試しください。",
    refused: "ボードがこの図を受け付けませんでした。何も追加していません。",
  },
};
