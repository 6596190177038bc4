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
  readonly scan: string;
  readonly scanTitle: string;
  readonly scanHint: string;
  readonly scanOther: string;
  readonly cameraPicture: string;
  readonly cameraRefused: string;
  readonly cameraFailed: string;
  readonly doorOffline: string;
  readonly recentTitle: string;
  readonly recentOffline: string;
  readonly recentHint: string;
  readonly showAll: (count: number) => string;
  readonly showFewer: string;
  readonly boardOfDay: (day: string) => string;
  readonly todayAt: (time: string) => string;
  readonly yesterdayAt: (time: string) => string;
  readonly pageCount: (count: number) => string;
  readonly notHandedIn: (count: number) => string;
  readonly needsConnection: string;
  readonly moreFor: (title: string) => string;
  readonly rename: string;
  readonly nameHere: string;
  readonly nameHereHint: string;
  readonly removeFromList: string;
  readonly removedFromList: string;
  readonly openFile: string;
  readonly readingFile: string;
  readonly dropFile: string;
  readonly toKiosk: string;
  readonly newVersion: string;
  readonly reload: string;
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
  codeHint: "Nine digits, for example 123‑456‑789. A link works too.",
  join: "Join",
  joining: "Joining…",
  codeIsNineDigits: "A code has nine digits. Please check it and try again.",
  noSuchCode: "There is no board with this code. Please check the digits.",
  scan: "Scan a QR code",
  scanTitle: "Scan the board’s QR code",
  scanHint: "Hold the code inside the frame.",
  scanOther: "This code does not belong to a board. Please look for the one on the board’s screen.",
  cameraPicture: "What the camera sees",
  cameraRefused: "This page may not use the camera. Allow it in the browser, or type the code.",
  cameraFailed: "The camera cannot be used at the moment. Please type the code.",
  doorOffline: "The server cannot be reached. Boards that this device has kept can still be opened; a new one needs the connection.",
  recentTitle: "Recent boards",
  recentOffline: "On this device",
  recentHint: "Only this device keeps this list.",
  showAll: (count) => `Show all ${count}`,
  showFewer: "Show fewer",
  boardOfDay: (day) => `Board of ${day}`,
  todayAt: (time) => `Today, ${time}`,
  yesterdayAt: (time) => `Yesterday, ${time}`,
  pageCount: (count) => (count === 1 ? "1 page" : `${count} pages`),
  notHandedIn: (count) => (count === 1 ? "1 change not yet sent" : `${count} changes not yet sent`),
  needsConnection: "Opens with a connection only",
  moreFor: (title) => `More: ${title}`,
  rename: "Rename",
  nameHere: "Name on this device",
  nameHereHint: "Others do not see it.",
  removeFromList: "Remove",
  removedFromList: "Removed from this device. The board itself is still there.",
  openFile: "Open a file",
  readingFile: "Reading the file…",
  dropFile: "Drop the file to make a board of it",
  toKiosk: "Use this screen as a wall panel",
  newVersion: "A new version is ready.",
  reload: "Reload",
  opening: "Opening the board…",
  unknownBoardTitle: "This board does not exist",
  unknownBoardText: "The link may be incomplete, or the board was deleted.\nAsk for the code and join with it.",
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
  codeHint: "9けたの数字（例：123‑456‑789）。リンクでも参加できます。",
  join: "参加する",
  joining: "参加しています…",
  codeIsNineDigits: "コードは9けたの数字です。確かめて、もう\u2060一度入力してください。",
  noSuchCode: "このコードのボードはありません。数字を確かめてください。",
  scan: "QRコードを読み取る",
  scanTitle: "ボードのQRコードを読み取る",
  scanHint: "QRコードを枠の中に写してください。",
  scanOther: "これはボードのQRコードではありません。ボードの画面にあるQRコードを写してください。",
  cameraPicture: "カメラの映像",
  cameraRefused: "カメラの使用が許可されていません。ブラウザーで許可するか、コードを入力してください。",
  cameraFailed: "いまカメラを使えません。コードを入力してください。",
  doorOffline: "サーバーにつながりません。この\u2060端末に\u2060残っているボードは開けます。新しい\u2060ボードには接続が必要です。",
  recentTitle: "最近のボード",
  recentOffline: "この端末にあるボード",
  recentHint: "この一覧はこの端末だけに残ります。",
  showAll: (count) => `${count}件すべて表示`,
  showFewer: "少なく表示",
  boardOfDay: (day) => `${day}のボード`,
  todayAt: (time) => `今日 ${time}`,
  yesterdayAt: (time) => `昨日 ${time}`,
  pageCount: (count) => `${count}ページ`,
  notHandedIn: (count) => `未送信の変更 ${count}件`,
  needsConnection: "開くには接続が必要です",
  moreFor: (title) => `その他：${title}`,
  rename: "名前を変える",
  nameHere: "この端末での名前",
  nameHereHint: "ほかの人には見えません。",
  removeFromList: "端末から消す",
  removedFromList: "この端末から消しました。ボードそのものは残っています。",
  openFile: "ファイルを開く",
  readingFile: "ファイルを読み込んでいます…",
  dropFile: "ここで離すと、ファイルから新しいボードを作ります",
  toKiosk: "この画面を壁のパネルとして使う",
  newVersion: "更新があります。",
  reload: "再読み込み",
  opening: "ボードを開いています…",
  unknownBoardTitle: "このボードは見つかりません",
  unknownBoardText: "リンクが途中で切れているか、ボードが削除されています。\nコードを聞いて参加してください。",
  cannotOpenTitle: "ボードを開けませんでした",
  tryAgain: "もう一度試す",
  toFrontDoor: "最初の画面に戻る",
};
