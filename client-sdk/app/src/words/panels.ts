/** Panels as devices: what a panel says of itself, and the page of those who look after them. */

export interface PanelsWords {
  readonly pairHint: string;
  readonly showPairingCode: string;
  readonly pairingLead: (host: string) => string;
  readonly pairingAsked: string;
  readonly pairingWaits: string;
  readonly pairingFailed: string;
  readonly placeOf: (site: string, room: string) => string;
  readonly panelLookedAfter: (host: string) => string;
  readonly panels: string;
  readonly panelsLead: string;
  readonly panelsSignIn: string;
  readonly noPanels: string;
  readonly addPanel: string;
  readonly addPanelHint: string;
  readonly pairingCode: string;
  readonly lookForPanel: string;
  readonly panelAsks: (browser: string, time: string) => string;
  readonly panelName: string;
  readonly panelNameHint: string;
  readonly site: string;
  readonly siteHint: string;
  readonly room: string;
  readonly approve: string;
  readonly panelApproved: (name: string) => string;
  readonly online: string;
  readonly lastSeen: (time: string) => string;
  readonly neverSeen: string;
  readonly linkThere: (quality: "good" | "slow" | "bad", ms: number) => string;
  readonly unsentThere: (count: number) => string;
  readonly newestApp: string;
  readonly otherApp: (version: string) => string;
  readonly approvedBy: (login: string, time: string) => string;
  readonly renameOrMove: string;
  readonly save: string;
  readonly revokePanel: (name: string) => string;
  readonly revokePanelText: string;
  readonly begunHere: string;
  readonly begunHint: string;
  readonly nothingBegun: string;
  readonly begunAt: (time: string) => string;
  readonly openBoardNamed: (code: string) => string;
  readonly makeMine: string;
  readonly madeMine: string;
  readonly giveTo: string;
  readonly giveToLogin: string;
  readonly give: string;
  readonly givenTo: (login: string) => string;
}

export const en: PanelsWords = {
  pairHint: "Once somebody with an account has approved this panel, it has a name and a room, and what is begun here can be given to somebody.",
  showPairingCode: "Show a pairing code",
  pairingLead: (host) => `On a device where you are signed in, open ${host}/panels and type this code.`,
  pairingAsked: "Asking for a code …",
  pairingWaits: "The panel notices by itself when it is approved. A code ends after ten minutes; then another one takes its place.",
  pairingFailed: "No code can be had at the moment. It is tried again by itself.",
  placeOf: (site, room) => `${site} · ${room}`,
  panelLookedAfter: (host) => `Whoever has an account renames, moves and revokes this panel at ${host}/panels.`,
  panels: "Panels",
  panelsLead: "Wall boards that were approved here, and how each is.",
  panelsSignIn: "Panels are looked after by teachers and staff. Please sign in first.",
  noPanels: "No panel has been approved yet. A panel without approval works too; it is only not listed here.",
  addPanel: "Approve a panel",
  addPanelHint: "On the panel, open /kiosk?pair, or Settings on a board; there it shows a pairing code.",
  pairingCode: "Pairing code",
  lookForPanel: "Find the panel",
  panelAsks: (browser, time) => `${browser} has asked at ${time}. Approve it only if you know it.`,
  panelName: "Name",
  panelNameHint: "Others see it on boards.",
  site: "Site",
  siteHint: "The school or building.",
  room: "Room",
  approve: "Approve",
  panelApproved: (name) => `${name} is approved.`,
  online: "Online",
  lastSeen: (time) => `Last seen ${time}`,
  neverSeen: "Not seen yet",
  linkThere: (quality, ms) => `${quality === "good" ? "Good link" : quality === "slow" ? "Slow link" : "Very slow link"} (${ms} ms)`,
  unsentThere: (count) => (count === 0 ? "All saved" : count === 1 ? "1 change not sent yet" : `${count} changes not sent yet`),
  newestApp: "Newest app",
  otherApp: (version) => `Another version of the app (${version})`,
  approvedBy: (login, time) => `Approved by ${login}, ${time}`,
  renameOrMove: "Rename or move",
  save: "Save",
  revokePanel: (name) => `Revoke ${name}?`,
  revokePanelText: "It leaves all boards at once and is a panel without a name from then on. What was written stays; what it has not sent yet it keeps until that is sent, and nothing else. To have it back, it is approved anew.",
  begunHere: "Begun here",
  begunHint: "Boards that somebody began at this panel and that belong to nobody yet.",
  nothingBegun: "Nothing that was begun here waits for an owner.",
  begunAt: (time) => `Begun ${time}`,
  openBoardNamed: (code) => `Open ${code}`,
  makeMine: "Make it mine",
  madeMine: "The board is yours now.",
  giveTo: "Give to …",
  giveToLogin: "Whose login",
  give: "Give",
  givenTo: (login) => `The board belongs to ${login} now.`,
};

export const ja: PanelsWords = {
  pairHint: "先生か職員が承認すると、このパネルに名前と部屋が付き、ここで始めたボードの持ち主を後から決められます。",
  showPairingCode: "登録コードを表示",
  pairingLead: (host) => `サインインしている端末で ${host}/panels を開き、このコードを入力してください。`,
  pairingAsked: "コードを取得しています…",
  pairingWaits: "承認されると自動でわかります。コードは10分で切れ、新しいものに変わります。",
  pairingFailed: "今はコードを取得できません。自動でもう一度試します。",
  placeOf: (site, room) => `${site}・${room}`,
  panelLookedAfter: (host) => `アカウントを持つ人は、${host}/panels で名前や場所を変え、登録を取り消せます。`,
  panels: "パネル",
  panelsLead: "承認された電子黒板と、それぞれの状態です。",
  panelsSignIn: "パネルの管理は先生と職員が行います。先にサインインしてください。",
  noPanels: "承認されたパネルはまだありません。承認しなくてもパネルは使えますが、ここには表示されません。",
  addPanel: "パネルを承認する",
  addPanelHint: "パネルで /kiosk?pair を開くか、ボードの設定を開くと、登録コードが表示されます。",
  pairingCode: "登録コード",
  lookForPanel: "パネルを探す",
  panelAsks: (browser, time) => `${browser} が ${time} に登録を求めました。見覚えがある場合だけ承認してください。`,
  panelName: "名前",
  panelNameHint: "ボードでほかの人に見えます。",
  site: "場所",
  siteHint: "学校や建物の名前。",
  room: "部屋",
  approve: "承認する",
  panelApproved: (name) => `「${name}」を承認しました。`,
  online: "オンライン",
  lastSeen: (time) => `最後の接続：${time}`,
  neverSeen: "まだ接続なし",
  linkThere: (quality, ms) => `回線：${quality === "good" ? "良好" : quality === "slow" ? "遅い" : "とても遅い"}（${ms} ms）`,
  unsentThere: (count) => (count === 0 ? "すべて保存済み" : `未送信の変更：${count}件`),
  newestApp: "アプリは最新",
  otherApp: (version) => `アプリは別の版（${version}）`,
  approvedBy: (login, time) => `${login} が承認、${time}`,
  renameOrMove: "名前・場所を変える",
  save: "保存",
  revokePanel: (name) => `「${name}」の登録を取り消しますか？`,
  revokePanelText: "すぐにすべてのボードから外れ、名前のないパネルに戻ります。書いたものは残ります。まだ送信されていない変更だけは、送信が終わるまでパネルに残ります。元に戻すには、もう一度承認します。",
  begunHere: "ここで始めたボード",
  begunHint: "このパネルで始められ、まだ持ち主のいないボードです。",
  nothingBegun: "持ち主を待っているボードはありません。",
  begunAt: (time) => `${time} に開始`,
  openBoardNamed: (code) => `${code} を開く`,
  makeMine: "自分のものにする",
  madeMine: "ボードはあなたのものになりました。",
  giveTo: "ほかの人に渡す",
  giveToLogin: "相手のログイン名",
  give: "渡す",
  givenTo: (login) => `ボードは ${login} さんのものになりました。`,
};
