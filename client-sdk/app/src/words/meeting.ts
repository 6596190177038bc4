/** The meeting: its session, who takes part, hands, the lobby, and what those who lead do. */
import type { Role } from "@kakehashi/client";

/** How somebody's connection is. */
export type LinkState = "good" | "fair" | "poor";

export interface MeetingWords {
  readonly meeting: {
    readonly meeting: string;
    readonly people: string;
    readonly closePanel: string;
    readonly noSession: string;
    readonly onSince: (time: string) => string;
    readonly start: string;
    readonly end: string;
    readonly endTitle: string;
    readonly endText: string;
    readonly goOn: string;
    readonly began: string;
    readonly ended: string;
    readonly waitingCount: (count: number) => string;
    readonly roles: Readonly<Record<Role, string>>;
    readonly acting: string;
    readonly links: Readonly<Record<LinkState, string>>;
    readonly linkOf: (state: string, milliseconds: number) => string;
    readonly goneSince: (time: string) => string;
    readonly notHere: string;
    readonly byLink: string;
    readonly devices: (count: number) => string;
    readonly handNumber: (number: number) => string;
    readonly held: string;
    readonly setAside: string;
    readonly actionsFor: (name: string) => string;
    readonly lowerHandOf: (name: string) => string;
    readonly letWrite: string;
    readonly holdOne: string;
    readonly makeRoles: Readonly<Record<Role, string>>;
    readonly rename: string;
    readonly renameTitle: (name: string) => string;
    readonly newName: string;
    readonly putAside: string;
    readonly bringBack: string;
    readonly remove: string;
    readonly removeTitle: (name: string) => string;
    readonly removeText: string;
    readonly removeYes: string;
    readonly keepIn: string;
    readonly letInAgain: string;
    readonly letInAgainName: (name: string) => string;
    readonly removedOnes: (count: number) => string;
    readonly waitingOnes: string;
    readonly admit: string;
    readonly admitName: (name: string) => string;
    readonly admitAll: string;
    readonly turnAwayName: (name: string) => string;
    readonly turnAllAway: string;
    readonly came: (name: string) => string;
    readonly raisedHand: (name: string) => string;
    readonly raiseHand: string;
    readonly lowerHand: string;
    readonly yourNumber: (number: number) => string;
    readonly writing: string;
    readonly holdAll: string;
    readonly lockPage: string;
    readonly unlockPage: string;
    readonly pageLocked: string;
    readonly youAreHeld: string;
    readonly allAreHeld: string;
    readonly pageIsLocked: string;
    readonly youOnlyLook: string;
    readonly youLead: string;
    readonly hostLeads: string;
    readonly clearPage: string;
    readonly clearTitle: string;
    readonly clearText: string;
    readonly clearYes: string;
    readonly clearKeep: string;
    readonly cleared: string;
    readonly lobbyTitle: string;
    readonly lobbyText: string;
    readonly leave: string;
    readonly removedTitle: string;
    readonly removedText: string;
    readonly turnedAwayTitle: string;
    readonly turnedAwayText: string;
    readonly roleNow: (role: string) => string;
    readonly doorWaits: string;
    readonly doorWaitsHint: string;
    readonly doorSaysWaits: (role: string, ends: string) => string;
    readonly toPanel: string;
    readonly cannotStart: string;
  };
}

export const en: MeetingWords = {
  meeting: {
    meeting: "Meeting",
    people: "People",
    closePanel: "Close the meeting panel",
    noSession: "No session is on",
    onSince: (time) => `Session since ${time}`,
    start: "Start session",
    end: "End session",
    endTitle: "End the session?",
    endText: "It ends for everybody, and with it what is held, the timer and raised hands. The board stays as it is.",
    goOn: "Go on",
    began: "A session has begun.",
    ended: "The session has ended. The board stays.",
    waitingCount: (count) => (count === 1 ? "1 person waits to be let in" : `${count} people wait to be let in`),
    roles: { viewer: "Viewer", member: "Member", assistant: "Assistant", host: "Host" },
    acting: "leads for now",
    links: { good: "Good link", fair: "Fair link", poor: "Poor link" },
    linkOf: (state, milliseconds) => `${state}, ${milliseconds} ms`,
    goneSince: (time) => `Gone since ${time}`,
    notHere: "Not here",
    byLink: "Here by the link",
    devices: (count) => `${count} devices`,
    handNumber: (number) => `Hand raised, number ${number}`,
    held: "May not write now",
    setAside: "Their writing is put aside",
    actionsFor: (name) => `Actions for ${name}`,
    lowerHandOf: (name) => `Lower ${name}’s hand`,
    letWrite: "Let write again",
    holdOne: "Keep from writing",
    makeRoles: { viewer: "Make viewer", member: "Make member", assistant: "Make assistant", host: "Make host" },
    rename: "Rename…",
    renameTitle: (name) => `Rename ${name}`,
    newName: "New name",
    putAside: "Put aside all they wrote",
    bringBack: "Bring back all they wrote",
    remove: "Remove…",
    removeTitle: (name) => `Remove ${name}?`,
    removeText: "They leave at once and cannot come back until you let them in again. What they wrote stays.",
    removeYes: "Remove",
    keepIn: "Keep in",
    letInAgain: "Let in again",
    letInAgainName: (name) => `Let ${name} in again`,
    removedOnes: (count) => `Removed (${count})`,
    waitingOnes: "Waiting to be let in",
    admit: "Let in",
    admitName: (name) => `Let ${name} in`,
    admitAll: "Let all in",
    turnAwayName: (name) => `Turn ${name} away`,
    turnAllAway: "Turn all away",
    came: (name) => `${name} waits to be let in.`,
    raisedHand: (name) => `${name} has raised a hand.`,
    raiseHand: "Raise hand",
    lowerHand: "Lower hand",
    yourNumber: (number) => `You are number ${number}`,
    writing: "Writing",
    holdAll: "Only those who lead write",
    lockPage: "Lock this page",
    unlockPage: "Unlock this page",
    pageLocked: "locked",
    youAreHeld: "The host keeps you from writing for now.",
    allAreHeld: "The host holds writing.",
    pageIsLocked: "This page is locked.",
    youOnlyLook: "You are looking on.",
    youLead: "You lead while the host is away.",
    hostLeads: "The host is back and leads again.",
    clearPage: "Clear page…",
    clearTitle: "Clear this page?",
    clearText: "Everything on it is hidden for everybody. Undo brings it back.",
    clearYes: "Clear page",
    clearKeep: "Keep it",
    cleared: "The page is cleared. Undo brings everything back.",
    lobbyTitle: "Please wait a moment",
    lobbyText: "The host sees that you are here and will let you in. The board opens by itself.",
    leave: "Leave",
    removedTitle: "You are no longer on this board",
    removedText: "Whoever leads it has taken you off. They can let you in again.",
    turnedAwayTitle: "You were not let in",
    turnedAwayText: "Whoever leads this board has turned you away for now. You can ask them, and try once more.",
    roleNow: (role) => `You are now: ${role}.`,
    doorWaits: "Waits to be let in",
    doorWaitsHint: "Whoever has the board’s own link still comes in without waiting.",
    doorSaysWaits: (role, ends) => `Whoever has it joins this board as ${role} once you let them in, until ${ends}.`,
    toPanel: "Open or close the meeting panel",
    cannotStart: "The session could not be started. Please try again in a moment.",
  },
};

export const ja: MeetingWords = {
  meeting: {
    meeting: "会議",
    people: "参加者",
    closePanel: "会議パネルを閉じる",
    noSession: "会議は始まっていません",
    onSince: (time) => `${time} から会議中`,
    start: "会議を始める",
    end: "会議を終える",
    endTitle: "会議を終えますか？",
    endText: "全員の会議が終わり、書き込みの停止・タイマー・挙手も終わります。ボードはそのまま残ります。",
    goOn: "続ける",
    began: "会議が始まりました。",
    ended: "会議が終わりました。ボードはそのままです。",
    waitingCount: (count) => `${count}人が入室を待っています`,
    roles: { viewer: "閲覧者", member: "メンバー", assistant: "アシスタント", host: "ホスト" },
    acting: "進行を代行中",
    links: { good: "接続良好", fair: "接続やや不安定", poor: "接続不安定" },
    linkOf: (state, milliseconds) => `${state}（応答 ${milliseconds} ms）`,
    goneSince: (time) => `${time} から不在`,
    notHere: "不在",
    byLink: "リンクで参加中",
    devices: (count) => `端末${count}台`,
    handNumber: (number) => `挙手（${number}番目）`,
    held: "書き込み停止中",
    setAside: "書いたものを非表示中",
    actionsFor: (name) => `${name} への操作`,
    lowerHandOf: (name) => `${name} の手を下ろす`,
    letWrite: "書けるようにする",
    holdOne: "書けないようにする",
    makeRoles: { viewer: "閲覧者にする", member: "メンバーにする", assistant: "アシスタントにする", host: "ホストにする" },
    rename: "名前を変える…",
    renameTitle: (name) => `${name} の名前を変える`,
    newName: "新しい名前",
    putAside: "書いたものをすべて隠す",
    bringBack: "書いたものをすべて戻す",
    remove: "退出させる…",
    removeTitle: (name) => `${name} を退出させますか？`,
    removeText: "すぐに退出となり、もう\u2060一度許可するまで入れません。書いたものは残ります。",
    removeYes: "退出させる",
    keepIn: "やめる",
    letInAgain: "再入室を許可",
    letInAgainName: (name) => `${name} の再入室を許可`,
    removedOnes: (count) => `退出させた人（${count}人）`,
    waitingOnes: "入室待ち",
    admit: "入室を許可",
    admitName: (name) => `${name} の入室を許可`,
    admitAll: "全員を許可",
    turnAwayName: (name) => `${name} の入室を断る`,
    turnAllAway: "全員を断る",
    came: (name) => `${name} が入室を待っています。`,
    raisedHand: (name) => `${name} が手を挙げました。`,
    raiseHand: "手を挙げる",
    lowerHand: "手を下ろす",
    yourNumber: (number) => `あなたは${number}番目です`,
    writing: "書き込み",
    holdAll: "進行役だけが書く",
    lockPage: "このページをロック",
    unlockPage: "ページのロックを外す",
    pageLocked: "ロック中",
    youAreHeld: "ホストがあなたの書き込みを止めています。",
    allAreHeld: "ホストが書き込みを止めています。",
    pageIsLocked: "このページはロックされています。",
    youOnlyLook: "見るだけで参加しています。",
    youLead: "ホストの不在中、あなたが進行役です。",
    hostLeads: "ホストが戻り、進行役に復帰しました。",
    clearPage: "ページを白紙にする…",
    clearTitle: "このページを白紙にしますか？",
    clearText: "書いたものがすべて、全員の画面から消えます。「元に戻す」で戻せます。",
    clearYes: "白紙にする",
    clearKeep: "やめる",
    cleared: "ページを白紙にしました。「元に戻す」で戻せます。",
    lobbyTitle: "少しお待ちください",
    lobbyText: "ホストに知らせました。許可されると、ボードが自動で開きます。",
    leave: "やめて出る",
    removedTitle: "このボードから退出になりました",
    removedText: "進行役が退出の操作をしました。もう\u2060一度許可されれば入れます。",
    turnedAwayTitle: "入室できませんでした",
    turnedAwayText: "進行役が今回の入室を断りました。進行役に確かめてから、もう\u2060一度お試しください。",
    roleNow: (role) => `あなたの役割が「${role}」になりました。`,
    doorWaits: "許可されてから入室",
    doorWaitsHint: "ボードの⁠リンクからは、許可なしで入れます。",
    doorSaysWaits: (role, ends) => `これを持つ人は、${ends} まで、許可されれば「${role}」として参加できます。`,
    toPanel: "会議パネルを開く・閉じる",
    cannotStart: "会議を始められませんでした。少し待ってから、もう\u2060一度お試しください。",
  },
};
