/** A wall panel's own screen. */

export interface KioskWords {
  readonly idleTitle: string;
  readonly idleLead: string;
  readonly idleOffline: string;
  readonly idleOfflineReady: string;
  readonly idleUnsent: (count: number) => string;
  readonly startWriting: string;
  readonly joinByCode: string;
  readonly joinThisBoard: string;
  readonly scanOrType: (host: string) => string;
  readonly alreadyHere: (count: number) => string;
  readonly todayInThisRoom: string;
  readonly open: string;
  readonly openSession: (title: string) => string;
  readonly opensAt: (time: string) => string;
  readonly codeHintPad: string;
  readonly digitsTyped: (digits: string) => string;
  readonly clear: string;
  readonly deleteDigit: string;
  readonly thisPanel: string;
  readonly end: string;
  readonly endTitle: string;
  readonly endSaved: string;
  readonly endUnsaved: (count: number) => string;
  readonly endAgain: string;
  readonly keepWriting: string;
  readonly boardClosed: string;
  readonly anybodyThere: string;
  readonly closesSoon: string;
  readonly seconds: (count: number) => string;
}

export const en: KioskWords = {
  idleTitle: "Touch to write",
  idleLead: "With fingers or pens, several people at once.",
  idleOffline: "No connection to the server. A board can be started when it is back.",
  idleOfflineReady: "No connection to the server. You can start writing; others can join when it is back.",
  idleUnsent: (count) =>
    count === 1 ? "1 change is not with the server yet. This panel keeps it until it is." : `${count} changes are not with the server yet. This panel keeps them until they are.`,
  startWriting: "Start writing",
  joinByCode: "Join by code",
  joinThisBoard: "Join this board",
  scanOrType: (host) => `Scan this, or open ${host} and type the code`,
  alreadyHere: (count) => (count === 1 ? "1 person is on this board already" : `${count} people are on this board already`),
  todayInThisRoom: "Today in this room",
  open: "Open",
  openSession: (title) => `Open ${title}`,
  opensAt: (time) => `Opens at ${time}`,
  codeHintPad: "Nine digits",
  digitsTyped: (digits) => (digits === "" ? "No digits yet" : `Digits: ${digits}`),
  clear: "Clear",
  deleteDigit: "Delete the last digit",
  thisPanel: "This panel",
  end: "End",
  endTitle: "End and clear this screen?",
  endSaved: "Everything is saved.",
  endUnsaved: (count) =>
    count === 1
      ? "1 change is still on this panel; it is sent as soon as the connection is back."
      : `${count} changes are still on this panel; they are sent as soon as the connection is back.`,
  endAgain: "This code opens the board again, here or on any other device:",
  keepWriting: "Keep writing",
  boardClosed: "The board is closed. Its code: ",
  anybodyThere: "Is anybody still here?",
  closesSoon: "This screen will be cleared in a moment. Everything is saved.",
  seconds: (count) => (count === 1 ? "1 second" : `${count} seconds`),
};

export const ja: KioskWords = {
  idleTitle: "タッチして書きはじめる",
  idleLead: "指でもペンでも、何人でも同時に書けます。",
  idleOffline: "サーバーにつながりません。接続が\u2060戻るとボードを始められます。",
  idleOfflineReady: "サーバーにつながりませんが、書きはじめられます。接続が\u2060戻るとほかの人も参加できます。",
  idleUnsent: (count) => `まだサーバーに送られていない変更が${count}件あります。送信が\u2060終わるまで、このパネルに保管します。`,
  startWriting: "書きはじめる",
  joinByCode: "コードで参加",
  joinThisBoard: "このボードに参加する",
  scanOrType: (host) => `読み取るか、${host}\u00a0を開いてコードを入力`,
  alreadyHere: (count) => `このボードには、もう${count}人が参加しています`,
  todayInThisRoom: "この部屋の今日の予定",
  open: "開く",
  openSession: (title) => `「${title}」を開く`,
  opensAt: (time) => `${time} から開けます`,
  codeHintPad: "9けたの数字",
  digitsTyped: (digits) => (digits === "" ? "まだ入力されていません" : `入力した数字：${digits}`),
  clear: "全部消す",
  deleteDigit: "1文字消す",
  thisPanel: "このパネル",
  end: "終わる",
  endTitle: "終わって画面を片づけますか？",
  endSaved: "すべて保存されています。",
  endUnsaved: (count) => `${count}件の変更がまだこのパネルにあります。接続が戻るとすぐに送信されます。`,
  endAgain: "このコードで、ここでもほかの端末でも、もう\u2060一度開けます。",
  keepWriting: "書き続ける",
  boardClosed: "ボードを閉じました。コード：",
  anybodyThere: "まだ使っていますか？",
  closesSoon: "まもなく画面を片づけます。書いたものはすべて保存されています。",
  seconds: (count) => `あと${count}秒`,
};
