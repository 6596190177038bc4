/** Pages that only their owner and those who lead see. */

export interface OwnPagesWords {
  readonly ownPages: {
    readonly mine: (number: number) => string;
    readonly of: (name: string, number: number) => string;
    readonly marked: (page: string) => string;
    readonly onlyYou: string;
    readonly onlyThey: (name: string) => string;
    readonly mineTitle: string;
    readonly add: string;
    readonly addHint: string;
    readonly others: string;
    readonly othersHint: string;
    readonly copyForAll: string;
    readonly copied: string;
    readonly open: (page: string) => string;
    readonly notForAll: string;
  };
}

export const en: OwnPagesWords = {
  ownPages: {
    mine: (number) => (number > 1 ? `My page ${number}` : "My page"),
    of: (name, number) => (number > 1 ? `${name}’s page ${number}` : `${name}’s page`),
    marked: (page) => `${page} (private)`,
    onlyYou: "Only you and those who lead see this page.",
    onlyThey: (name) => `Only ${name} and those who lead see this page.`,
    mineTitle: "Only for you and those who lead",
    add: "Add my own page",
    addHint: "It stays on the board when the session ends, and is still seen by nobody else.",
    others: "Pages of participants",
    othersHint: "Each is seen by the one whose it is and by those who lead.",
    copyForAll: "Copy for everyone",
    copied: "Everyone sees the copy. Your own page is as it was.",
    open: (page) => `Open ${page}`,
    notForAll: "The others do not see the page that you look at. Go to one of the pages of all first.",
  },
};

export const ja: OwnPagesWords = {
  ownPages: {
    mine: (number) => (number > 1 ? `自分のページ${number}` : "自分のページ"),
    of: (name, number) => (number > 1 ? `${name} のページ${number}` : `${name} のページ`),
    marked: (page) => `${page}（非公開）`,
    onlyYou: "このページは、あなたと進行役だけに見えます。",
    onlyThey: (name) => `このページは、${name} と進行役だけに見えます。`,
    mineTitle: "あなたと進行役だけのページ",
    add: "自分のページを追加",
    addHint: "会議が終わってもボードに残り、ほかの人には見えないままです。",
    others: "参加者のページ",
    othersHint: "それぞれ、本人と進行役だけに見えます。",
    copyForAll: "全員用に複製",
    copied: "全員に見えるページとして複製しました。自分のページはそのままです。",
    open: (page) => `${page}を開く`,
    notForAll: "今のページはほかの人には見えません。先に全員のページを開いてください。",
  },
};
