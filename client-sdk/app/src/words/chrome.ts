/** Settings, sharing, shortcuts, and what dialogs and menus have in common. */

export interface ChromeWords {
  readonly close: string;
  readonly settings: string;
  readonly share: string;
  readonly export: string;
  readonly more: string;
  readonly skipToBoard: string;
  readonly language: string;
  readonly theme: string;
  readonly themes: Readonly<Record<"system" | "light" | "dark", string>>;
  readonly highContrast: string;
  readonly highContrastHint: string;
  readonly lessMotion: string;
  readonly lessMotionHint: string;
  readonly writingHand: string;
  readonly hands: Readonly<Record<"right" | "left", string>>;
  readonly handHint: string;
  readonly twoFingers: string;
  readonly twoFingersDo: Readonly<Record<"move" | "write", string>>;
  readonly twoFingersHint: string;
  readonly yourColor: string;
  readonly nameColors: readonly string[];
  readonly appearance: string;
  readonly operation: string;
  readonly fullScreen: string;
  readonly leaveFullScreen: string;
  readonly shareLead: string;
  readonly link: string;
  readonly shareElsewhere: string;
  readonly qrLabel: string;
  readonly shareBoard: string;
  readonly codeOf: (code: string) => string;
  readonly readAloud: (address: string) => string;
  readonly codeComes: string;
  readonly copied: string;
  readonly copyFailed: string;
  readonly toolbars: Readonly<Record<"left" | "right", string>>;
  readonly shortcuts: string;
  readonly shortcutsHint: string;
  readonly shortcutGroups: Readonly<Record<"tools" | "edit" | "choose" | "place" | "change" | "view" | "app", string>>;
  readonly or: string;
  readonly nextControl: string;
  readonly nextTool: string;
}

export const en: ChromeWords = {
  close: "Close",
  settings: "Settings",
  share: "Share",
  export: "Export",
  more: "More",
  skipToBoard: "Go to the board",
  language: "Language",
  theme: "Appearance",
  themes: { system: "Automatic", light: "Light", dark: "Dark" },
  highContrast: "High contrast",
  highContrastHint: "Stronger edges and clearer words.",
  lessMotion: "Less motion",
  lessMotionHint: "Nothing slides or fades.",
  writingHand: "Writing hand",
  hands: { right: "Right", left: "Left" },
  handHint: "The tools stand on the other side, clear of the hand.",
  twoFingers: "Two fingers at once",
  twoFingersDo: { move: "Move the page", write: "Both write" },
  twoFingersHint: "At a wall, where several people stand, let both write.",
  yourColor: "Your colour",
  nameColors: ["Red", "Brown", "Olive", "Green", "Teal", "Blue", "Indigo", "Purple", "Pink"],
  appearance: "Look",
  operation: "Writing",
  fullScreen: "Full screen",
  leaveFullScreen: "Leave full screen",
  shareLead: "Whoever has the code or the link can open this board and write on it.",
  link: "Link",
  shareElsewhere: "Send the link…",
  qrLabel: "QR code with the link to this board",
  shareBoard: "Share this board",
  codeOf: (code) => `Code ${code}: share this board`,
  readAloud: (address) => `Read the digits aloud in threes. Others type them in at ${address}.`,
  codeComes: "The code comes when the server is reached.",
  copied: "The link is copied.",
  copyFailed: "The link could not be copied. Please mark it and copy it by hand.",
  toolbars: { left: "Tools on the left", right: "Tools on the right" },
  shortcuts: "Keyboard shortcuts",
  shortcutsHint: "They work on the board, but not while typing.",
  shortcutGroups: { tools: "Tools", edit: "Undo and redo", choose: "Select things", place: "Move, size and turn things", change: "Copy, order and lock things", view: "Pages and view", app: "Getting around" },
  or: "or",
  nextControl: "Go to the next button",
  nextTool: "Go from tool to tool",
};

export const ja: ChromeWords = {
  close: "閉じる",
  settings: "設定",
  share: "共有",
  export: "書き出し",
  more: "その他",
  skipToBoard: "ボードへ移動",
  language: "言語",
  theme: "画面の色",
  themes: { system: "自動", light: "明るい", dark: "暗い" },
  highContrast: "くっきり表示",
  highContrastHint: "文字と枠をはっきりさせます。",
  lessMotion: "動きを減らす",
  lessMotionHint: "画面の動きや切り替えの効果を出しません。",
  writingHand: "利き手",
  hands: { right: "右手", left: "左手" },
  handHint: "ツールが手で隠れないように、反対側に並べます。",
  twoFingers: "2本の指で同時にさわると",
  twoFingersDo: { move: "ページを動かす", write: "どちらも書く" },
  twoFingersHint: "壁のボードに何人かで書くときは「どちらも書く」にします。",
  yourColor: "あなたの色",
  nameColors: ["赤", "茶色", "オリーブ", "緑", "青緑", "青", "あい色", "紫", "ピンク"],
  appearance: "見た目",
  operation: "書き方",
  fullScreen: "全画面にする",
  leaveFullScreen: "全画面をやめる",
  shareLead: "コードかリンクを知っている人は、このボードを開いて書き込めます。",
  link: "リンク",
  shareElsewhere: "リンクを送る…",
  qrLabel: "このボードへのリンクのQRコード",
  shareBoard: "このボードを共有",
  codeOf: (code) => `コード ${code}（このボードを共有）`,
  readAloud: (address) => `3けたずつ読み上げてください。${address}\u00a0を開いて入力します。`,
  codeComes: "サーバーにつながると、コードが表示されます。",
  copied: "リンクをコピーしました。",
  copyFailed: "リンクをコピーできませんでした。リンクを選んでコピーしてください。",
  toolbars: { left: "左のツール", right: "右のツール" },
  shortcuts: "キーボードの操作",
  shortcutsHint: "ボードの画面で、文字の入力中以外に使えます。",
  shortcutGroups: { tools: "ツール", edit: "取り消しとやり直し", choose: "ものを選ぶ", place: "動かす・大きさ・向き", change: "コピー・重ね順・ロック", view: "ページと表示", app: "画面の操作" },
  or: "または",
  nextControl: "次のボタンへ移動",
  nextTool: "となりのツールへ移動",
};
