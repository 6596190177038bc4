/** The call of a board: joining it, what is said in it, and what one does about others. Its devices are in call-devices.ts. */

export interface CallWords {
  readonly call: {
    readonly title: string;
    readonly join: string;
    readonly leave: string;
    readonly microphone: string;
    readonly camera: string;
    readonly shareScreen: string;
    readonly inIt: (count: number) => string;
    readonly nobodyInIt: string;
    readonly tiles: string;
    readonly fold: string;
    readonly unfold: string;
    readonly more: string;
    readonly devices: string;
    readonly inWindow: string;
    readonly you: string;
    readonly further: (count: number) => string;
    readonly furtherLong: (count: number) => string;
    readonly microphoneOff: string;
    readonly speaking: string;
    readonly connecting: string;
    readonly screenOf: (name: string) => string;
    readonly showLarge: (name: string) => string;
    readonly larger: string;
    readonly smaller: string;
    readonly youShare: string;
    readonly stopSharing: string;
    readonly lines: Readonly<Record<"joining" | "interrupted" | "ink" | "voice" | "screen", string>>;
    readonly inRoomNow: string;
    readonly ownSound: string;
    readonly onlyListen: string;
    readonly hush: (name: string) => string;
    readonly hushAll: string;
    readonly hushedBy: (name: string) => string;
    readonly hushedOne: (name: string) => string;
    readonly hushedAll: string;
    readonly notHushed: string;
    readonly inCall: string;
    readonly over: Readonly<Record<"lost" | "removed" | "restart" | "unavailable", string>>;
    readonly problems: Readonly<Record<"off" | "full" | "rights" | "unreachable" | "unsupported", string>>;
    readonly screenFailed: string;
    readonly microphoneKey: string;
  };
}

export const en: CallWords = {
  call: {
    title: "Call",
    join: "Join call",
    leave: "Leave call",
    microphone: "Microphone",
    camera: "Camera",
    shareScreen: "Share screen",
    inIt: (count) => (count === 1 ? "1 person is in the call" : `${count} people are in the call`),
    nobodyInIt: "Nobody is in the call yet",
    tiles: "People in the call",
    fold: "Put the pictures away",
    unfold: "Show the pictures",
    more: "More about the call",
    devices: "Choose devices…",
    inWindow: "In a window of its own",
    you: "You",
    further: (count) => `+${count}`,
    furtherLong: (count) => (count === 1 ? "1 more person in the call" : `${count} more people in the call`),
    microphoneOff: "microphone off",
    speaking: "speaking",
    connecting: "connecting",
    screenOf: (name) => `${name}’s screen`,
    showLarge: (name) => `Show ${name}’s screen`,
    larger: "Larger",
    smaller: "Smaller",
    youShare: "Everybody in the call sees your screen.",
    stopSharing: "Stop sharing",
    lines: {
      joining: "Joining the call…",
      interrupted: "The call is interrupted and is being restored. The board goes on.",
      ink: "Very slow line: pictures are paused and voices may break up. The board goes on.",
      voice: "Slow line: some pictures are paused, voices go on.",
      screen: "Slow line: some faces are paused, voices and the shared screen go on.",
    },
    inRoomNow: "You hear and are heard by the panel.",
    ownSound: "Use this device’s sound",
    onlyListen: "You are looking on: you see and hear, and are not seen or heard.",
    hush: (name) => `Turn ${name}’s microphone off`,
    hushAll: "Mute all",
    hushedBy: (name) => `${name} has turned your microphone off.`,
    hushedOne: (name) => `${name}’s microphone is off.`,
    hushedAll: "All other microphones are off. Each can turn their own on again.",
    notHushed: "The board is not connected at the moment. Try again in a moment.",
    inCall: "in the call",
    over: {
      lost: "The connection to the call was lost. Join it again when the line is back.",
      removed: "You are no longer in the call.",
      restart: "The server restarts. Join the call again in a moment.",
      unavailable: "The call is not to be had at the moment. The board goes on.",
    },
    problems: {
      off: "This server has no calls.",
      full: "The call is full. Try again when somebody has left.",
      rights: "Whoever leads this board has to let you into the call.",
      unreachable: "The call cannot be reached from here. Check the line, or ask whoever looks after the network whether it lets calls through.",
      unsupported: "This browser cannot take part in calls. A newer one can.",
    },
    screenFailed: "The screen could not be shared. Try a single window instead.",
    microphoneKey: "Microphone on or off, in a call",
  },
};

export const ja: CallWords = {
  call: {
    title: "通話",
    join: "通話に参加",
    leave: "通話を退出",
    microphone: "マイク",
    camera: "カメラ",
    shareScreen: "画面を共有",
    inIt: (count) => `${count}人が通話中です`,
    nobodyInIt: "まだだれも通話していません",
    tiles: "通話中の人",
    fold: "映像をしまう",
    unfold: "映像を表示",
    more: "通話のその他の操作",
    devices: "マイクやカメラを選ぶ…",
    inWindow: "別の小窓で表示",
    you: "あなた",
    further: (count) => `ほか${count}人`,
    furtherLong: (count) => `ほかに${count}人が通話中です`,
    microphoneOff: "マイクはオフ",
    speaking: "発言中",
    connecting: "接続中",
    screenOf: (name) => `${name} の画面`,
    showLarge: (name) => `${name} の画面を表示`,
    larger: "大きくする",
    smaller: "小さくする",
    youShare: "あなたの画面を、通話中の全員に見せています。",
    stopSharing: "共有をやめる",
    lines: {
      joining: "通話に参加しています…",
      interrupted: "通話が途切れました。つなぎ直しています。ボードはこのまま使えます。",
      ink: "回線がとても遅いため、映像を止めています。音声は途切れることがあります。ボードはこのまま使えます。",
      voice: "回線が遅いため、一部の映像を止めています。音声は続きます。",
      screen: "回線が遅いため、一部の顔の映像を止めています。音声と共有画面は続きます。",
    },
    inRoomNow: "音声の聞き取りと発言は、部屋のパネルを通じて行います。",
    ownSound: "この端末の音声を使う",
    onlyListen: "閲覧者として参加しています。映像と音声は届きますが、こちらからは送られません。",
    hush: (name) => `${name} のマイクをオフにする`,
    hushAll: "全員をミュート",
    hushedBy: (name) => `${name} があなたのマイクをオフにしました。`,
    hushedOne: (name) => `${name} のマイクをオフにしました。`,
    hushedAll: "ほかの全員のマイクをオフにしました。各自でまたオンにできます。",
    notHushed: "いまボードがサーバーとつながっていません。少し待ってから、もう\u2060一度お試しください。",
    inCall: "通話中",
    over: {
      lost: "通話の接続が切れました。回線が戻ったら、もう\u2060一度参加してください。",
      removed: "通話への参加が終了しました。",
      restart: "サーバーが再起動します。少し待ってから、もう\u2060一度参加してください。",
      unavailable: "今は通話を使えません。ボードはこのまま使えます。",
    },
    problems: {
      off: "このサーバーでは通話を使えません。",
      full: "通話が満員です。だれかが抜けてから、もう\u2060一度お試しください。",
      rights: "通話に参加するには、進行役の許可が必要です。",
      unreachable: "通話につながりません。回線を確かめるか、通話が許可されているかをネットワークの担当者に聞いてください。",
      unsupported: "このブラウザーでは通話を使えません。新しいブラウザーでお試しください。",
    },
    screenFailed: "画面を共有できませんでした。ウィンドウを1つだけ選んで、もう\u2060一度お試しください。",
    microphoneKey: "通話中にマイクをオン・オフ",
  },
};
