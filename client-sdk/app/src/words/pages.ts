/** Pages and the view of them. */
import type { Background } from "@kakehashi/client";

export interface PagesWords {
  readonly pages: string;
  readonly page: (number: number) => string;
  readonly previousPage: string;
  readonly nextPage: string;
  readonly addPage: string;
  readonly noPage: string;
  readonly view: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly wholePage: string;
  // The overview
  readonly allPages: string;
  readonly pageActions: (page: string) => string;
  readonly moveEarlier: string;
  readonly moveLater: string;
  readonly duplicatePage: string;
  readonly hidePage: string;
  readonly showPage: string;
  readonly pageHidden: string;
  readonly deletePage: string;
  readonly dragHint: string;
  readonly pageMoved: (number: number, count: number) => string;
  readonly pageDuplicated: string;
  readonly pageDeleted: string;
  readonly pageNotHere: string;
  readonly someoneHere: (names: string) => string;
  readonly background: string;
  readonly backgrounds: Readonly<Record<Background, string>>;
}

export const en: PagesWords = {
  pages: "Pages",
  page: (number) => `Page ${number}`,
  previousPage: "Previous page",
  nextPage: "Next page",
  addPage: "Add page",
  noPage: "This board has no page yet.",
  view: "View",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  wholePage: "Show the whole page",
  allPages: "All pages",
  pageActions: (page) => `${page}: more`,
  moveEarlier: "Move earlier",
  moveLater: "Move later",
  duplicatePage: "Duplicate",
  hidePage: "Hide",
  showPage: "Show again",
  pageHidden: "Hidden",
  deletePage: "Delete",
  dragHint: "Drag a page to put it elsewhere.",
  pageMoved: (number, count) => `Now page ${number} of ${count}`,
  pageDuplicated: "The page was duplicated",
  pageDeleted: "The page was deleted. Undo brings it back.",
  pageNotHere: "Not on this device yet",
  someoneHere: (names) => `Here: ${names}`,
  background: "Background",
  backgrounds: {
    plain: "Plain",
    grid: "Grid",
    dots: "Dots",
    ruled: "Ruled",
    kanji: "Kanji squares",
    staves: "Music staves",
    graph: "Graph axes",
  },
};

export const ja: PagesWords = {
  pages: "ページ",
  page: (number) => `${number}ページ`,
  previousPage: "前のページ",
  nextPage: "次のページ",
  addPage: "ページを追加",
  noPage: "このボードにはまだページがありません。",
  view: "表示",
  zoomIn: "拡大",
  zoomOut: "縮小",
  wholePage: "ページ全体を表示",
  allPages: "ページ一覧",
  pageActions: (page) => `${page}の操作`,
  moveEarlier: "前へ移す",
  moveLater: "後ろへ移す",
  duplicatePage: "複製",
  hidePage: "隠す",
  showPage: "表示に戻す",
  pageHidden: "非表示",
  deletePage: "削除",
  dragHint: "ページをドラッグすると並べ替えられます。",
  pageMoved: (number, count) => `${count}ページ中${number}ページ目に移しました`,
  pageDuplicated: "ページを複製しました",
  pageDeleted: "ページを削除しました。「元に戻す」で戻せます。",
  pageNotHere: "この端末にはまだありません",
  someoneHere: (names) => `ここにいる人：${names}`,
  background: "背景",
  backgrounds: {
    plain: "無地",
    grid: "方眼",
    dots: "ドット",
    ruled: "罫線",
    kanji: "漢字のマス目",
    staves: "五線譜",
    graph: "グラフの軸",
  },
};
