/** The others on the board: who they are, following them, and what they made. */

export interface TogetherWords {
  readonly peopleHere: string;
  readonly peopleCount: (count: number) => string;
  readonly myself: (name: string) => string;
  readonly somebody: string;
  readonly onPage: (number: number) => string;
  readonly onNoPage: string;
  readonly follow: string;
  readonly followName: (name: string) => string;
  readonly stopFollowing: string;
  readonly stop: string;
  readonly following: (name: string) => string;
  readonly waitingFor: (name: string) => string;
  readonly followsYou: string;
  readonly followsName: (name: string) => string;
  readonly leaderLeft: (name: string) => string;
  readonly leaderFollowsYou: (name: string) => string;
  readonly followEnded: (name: string) => string;
  readonly types: (name: string) => string;
  readonly madeBy: (name: string) => string;
  readonly madeByYou: string;
  readonly madeByMany: (count: number) => string;
  readonly selectAllBy: (name: string) => string;
  readonly selectAllYours: string;
}

export const en: TogetherWords = {
  peopleHere: "People here",
  peopleCount: (count) => `People here: ${count}`,
  myself: (name) => `${name} (you)`,
  somebody: "Somebody",
  onPage: (number) => `Page ${number}`,
  onNoPage: "On no shared page",
  follow: "Follow",
  followName: (name) => `Follow ${name}`,
  stopFollowing: "Stop following",
  stop: "Stop",
  following: (name) => `Following ${name}`,
  waitingFor: (name) => `Waiting for ${name}…`,
  followsYou: "follows you",
  followsName: (name) => `follows ${name}`,
  leaderLeft: (name) => `${name} has left, so you see the board for yourself again.`,
  leaderFollowsYou: (name) => `${name} follows you now, so you see the board for yourself again.`,
  followEnded: (name) => `You no longer follow ${name}.`,
  types: (name) => `${name} is typing`,
  madeBy: (name) => `Made by ${name}`,
  madeByYou: "Made by you",
  madeByMany: (count) => `Made by ${count} people`,
  selectAllBy: (name) => `Select all by ${name}`,
  selectAllYours: "Select all that you made",
};

export const ja: TogetherWords = {
  peopleHere: "参加している人",
  peopleCount: (count) => `参加している人：${count}人`,
  myself: (name) => `${name}（あなた）`,
  somebody: "だれか",
  onPage: (number) => `${number}ページ`,
  onNoPage: "共有ページを開いていません",
  follow: "ついていく",
  followName: (name) => `${name} についていく`,
  stopFollowing: "ついていくのをやめる",
  stop: "やめる",
  following: (name) => `${name} の画面を表示中`,
  waitingFor: (name) => `${name} を待っています…`,
  followsYou: "あなたの画面を表示中",
  followsName: (name) => `${name} の画面を表示中`,
  leaderLeft: (name) => `${name} が退出したため、自分の画面に戻りました。`,
  leaderFollowsYou: (name) => `${name} があなたの画面を見はじめたため、自分の画面に戻りました。`,
  followEnded: (name) => `${name} の画面の表示をやめました。`,
  types: (name) => `${name} が入力中`,
  madeBy: (name) => `${name} が作成`,
  madeByYou: "あなたが作成",
  madeByMany: (count) => `${count}人が作成`,
  selectAllBy: (name) => `${name} が作成したものをすべて選ぶ`,
  selectAllYours: "自分が作成したものをすべて選ぶ",
};
