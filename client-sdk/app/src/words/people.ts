/** Who is here, and how others come in. */

export interface PeopleWords {
  readonly copyLink: string;
  readonly linkCopied: string;
  readonly guest: (number: number) => string;
  readonly yourName: string;
  readonly nameHint: string;
  readonly changeName: (name: string) => string;
  readonly done: string;
}

export const en: PeopleWords = {
  copyLink: "Copy link",
  linkCopied: "Link copied",
  guest: (number) => `Guest ${number}`,
  yourName: "Your name",
  nameHint: "Others see it beside your pen.",
  changeName: (name) => `${name}: change your name`,
  done: "Done",
};

export const ja: PeopleWords = {
  copyLink: "リンクをコピー",
  linkCopied: "コピーしました",
  guest: (number) => `ゲスト ${number}`,
  yourName: "あなたの名前",
  nameHint: "ペンのそばに表示され、ほかの\u2060人に見えます。",
  changeName: (name) => `${name}（名前を変える）`,
  done: "決定",
};
