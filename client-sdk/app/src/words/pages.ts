/** Pages and the view of them. */

export interface PagesWords {
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
}

export const en: PagesWords = {
  pages: "Pages",
  page: (number) => `Page ${number}`,
  pageOf: (number, count) => `Page ${number} of ${count}`,
  previousPage: "Previous page",
  nextPage: "Next page",
  addPage: "Add page",
  noPage: "This board has no page yet.",
  view: "View",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  wholePage: "Show the whole page",
};

export const ja: PagesWords = {
  pages: "ページ",
  page: (number) => `${number}ページ`,
  pageOf: (number, count) => `${number} / ${count}ページ`,
  previousPage: "前のページ",
  nextPage: "次のページ",
  addPage: "ページを追加",
  noPage: "このボードにはまだページがありません。",
  view: "表示",
  zoomIn: "拡大",
  zoomOut: "縮小",
  wholePage: "ページ全体を表示",
};
