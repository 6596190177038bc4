/** The front door, and the screens shown in place of a board. */

export interface DoorWords {
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
  readonly opening: string;
  readonly unknownBoardTitle: string;
  readonly unknownBoardText: string;
  readonly cannotOpenTitle: string;
  readonly tryAgain: string;
  readonly toFrontDoor: string;
}

export const en: DoorWords = {
  appName: "Kakehashi",
  doorTitle: "A board to write on together",
  doorLead: "Start a board and pass on its code, or join one with the code you were given.",
  startBoard: "Start a board",
  starting: "Starting…",
  joinTitle: "Join a board",
  code: "Code",
  codeHint: "Nine digits, for example 123-456-789",
  join: "Join",
  joining: "Joining…",
  codeIsNineDigits: "A code has nine digits. Please check it and try again.",
  noSuchCode: "There is no board with this code. Please check the digits.",
  opening: "Opening the board…",
  unknownBoardTitle: "This board does not exist",
  unknownBoardText: "The link may be incomplete, or the board was deleted. Ask for the code and join with it.",
  cannotOpenTitle: "The board could not be opened",
  tryAgain: "Try again",
  toFrontDoor: "Back to the front page",
};

export const ja: DoorWords = {
  appName: "架け橋",
  doorTitle: "みんなで書けるボード",
  doorLead: "ボードを始めてコードを伝えるか、教えてもらったコードで参加します。",
  startBoard: "ボードを始める",
  starting: "準備しています…",
  joinTitle: "ボードに参加する",
  code: "コード",
  codeHint: "9けたの数字（例：123-456-789）",
  join: "参加する",
  joining: "参加しています…",
  codeIsNineDigits: "コードは9けたの数字です。確かめて、もう一度入力してください。",
  noSuchCode: "このコードのボードはありません。数字を確かめてください。",
  opening: "ボードを開いています…",
  unknownBoardTitle: "このボードは見つかりません",
  unknownBoardText: "リンクが途中で切れているか、ボードが削除されています。コードを聞いて参加してください。",
  cannotOpenTitle: "ボードを開けませんでした",
  tryAgain: "もう一度試す",
  toFrontDoor: "最初の画面に戻る",
};
