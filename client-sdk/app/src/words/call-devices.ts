/** The devices of a call: choosing them, what is wrong with them, and the check before a lesson. */
import type { DeviceTrouble } from "@kakehashi/client";
import type { Advice, CheckColor } from "../board/call/check";

export interface CallDevicesWords {
  readonly callDevices: {
    readonly preview: string;
    readonly cameraIsOff: string;
    readonly starting: string;
    readonly usual: string;
    readonly speaker: string;
    readonly level: string;
    readonly inRoom: string;
    readonly inRoomHint: string;
    readonly troubles: Readonly<Record<"microphone" | "camera", Readonly<Record<DeviceTrouble, string>>>>;
    /** The same of whoever is in the call. */
    readonly unheard: Readonly<Record<"microphone" | "camera", Readonly<Record<DeviceTrouble, string>>>>;
    readonly bothTroubles: Readonly<Record<"refused" | "missing", string>>;
    readonly notSecure: string;
    readonly check: string;
    readonly checkTitle: string;
    readonly checkLead: string;
    readonly speakNow: string;
    readonly heardYou: string;
    readonly nothingHeard: string;
    readonly cameraWorks: string;
    readonly doYouSee: string;
    readonly playSound: string;
    readonly playAgain: string;
    readonly didYouHear: string;
    readonly heard: string;
    readonly notHeard: string;
    readonly soundHeard: string;
    readonly soundNotHeard: string;
    readonly line: string;
    readonly lineTrying: string;
    readonly lineWorks: Readonly<Record<"udp" | "tcp", string>>;
    readonly lineSlow: string;
    readonly lineBlocked: string;
    readonly lineNone: string;
    readonly lineUnsupported: string;
    readonly again: string;
    readonly known: (count: number) => string;
    readonly colors: Readonly<Record<CheckColor, string>>;
    readonly advice: Readonly<Record<Advice, string>>;
  };
}

export const en: CallDevicesWords = {
  callDevices: {
    preview: "Your own picture",
    cameraIsOff: "Your camera is off",
    starting: "Starting…",
    usual: "As the system has it",
    speaker: "Loudspeaker",
    level: "How loud you are",
    inRoom: "I am in the room with the panel",
    inRoomHint: "Your microphone stays off and this device stays quiet, so that nothing howls. You hear and are heard by the panel.",
    troubles: {
      microphone: {
        refused: "The microphone is not allowed. Allow it by the sign beside the address; you can join without it.",
        missing: "No microphone was found. Plug one in, or join and listen.",
        busy: "Another program uses the microphone. Close that, or join and listen.",
        unknown: "The microphone does not start. Choose another, or join and listen.",
      },
      camera: {
        refused: "The camera is not allowed. Allow it by the sign beside the address; you can join without it.",
        missing: "No camera was found. You can join without one.",
        busy: "Another program uses the camera. Close that, or join without it.",
        unknown: "The camera does not start. Choose another, or join without it.",
      },
    },
    unheard: {
      microphone: {
        refused: "You are not heard: the microphone is not allowed. Allow it by the sign beside the address, then turn it on.",
        missing: "You are not heard: no microphone was found. Plug one in, then turn it on.",
        busy: "You are not heard: another program uses the microphone. Close that, then turn it on.",
        unknown: "You are not heard: the microphone does not start. Choose another one.",
      },
      camera: {
        refused: "You are not seen: the camera is not allowed. Allow it by the sign beside the address, then turn it on.",
        missing: "You are not seen: no camera was found.",
        busy: "You are not seen: another program uses the camera. Close that, then turn it on.",
        unknown: "You are not seen: the camera does not start. Choose another one.",
      },
    },
    bothTroubles: {
      refused: "Microphone and camera are not allowed. Allow them by the sign beside the address; you can join without them.",
      missing: "Neither a microphone nor a camera was found. You can join, see and hear.",
    },
    notSecure: "Browsers lend microphone and camera only to addresses with https. You can join, see and hear.",
    check: "Check devices",
    checkTitle: "Device check",
    checkLead: "Half a minute, and you know that all will see and hear you.",
    speakNow: "Say a few words.",
    heardYou: "You are heard.",
    nothingHeard: "Nothing heard yet. Speak up, or choose another microphone.",
    cameraWorks: "Your picture is there.",
    doYouSee: "Your picture comes…",
    playSound: "Play a sound",
    playAgain: "Play it again",
    didYouHear: "Did you hear it?",
    heard: "Yes",
    notHeard: "No",
    soundHeard: "You hear the sound.",
    soundNotHeard: "No sound was heard.",
    line: "Line and firewall",
    lineTrying: "Trying the way to the server. For a moment you are in the call, silently.",
    lineWorks: {
      udp: "Voices and pictures get through.",
      tcp: "Voices and pictures get through by a detour.",
    },
    lineSlow: "Voices get through, pictures hardly.",
    lineBlocked: "The server answers, but voices and pictures do not get through.",
    lineNone: "The server does not answer.",
    lineUnsupported: "This browser has no calls.",
    again: "Check again",
    known: (count) => `${count} of 4 checked`,
    colors: { green: "Ready", amber: "Usable", red: "Not ready" },
    advice: {
      ready: "Everything works. The lesson can begin.",
      "line-none": "Check that this device is in the network, and check again.",
      "line-blocked": "A firewall holds the call back: ask whoever looks after the network to open the server’s port for calls.",
      unsupported: "Update this browser, or take another one.",
      speaker: "Turn the sound up, or choose another loudspeaker, and play the sound again.",
      "microphone-refused": "Allow the microphone by the sign beside the address, and check again.",
      "microphone-missing": "Plug in a microphone to be heard; without one you still see and hear.",
      "microphone-busy": "Close the program that uses the microphone, or choose another one.",
      "microphone-quiet": "Turn the microphone up, or choose another one: nothing was heard by it.",
      "line-slow": "The line is slow: the call goes on with voices alone, and the board is not affected.",
      "line-tcp": "The network lets calls through only by a detour: they may stutter; opening UDP helps.",
      "camera-refused": "Allow the camera by the sign beside the address, or go on without a picture.",
      "camera-missing": "Everything works but a camera: you are heard, and shown as a disc with your initials.",
      "camera-busy": "Close the program that uses the camera, or choose another one.",
    },
  },
};

export const ja: CallDevicesWords = {
  callDevices: {
    preview: "自分の映像",
    cameraIsOff: "カメラはオフです",
    starting: "準備しています…",
    usual: "システムの設定どおり",
    speaker: "スピーカー",
    level: "声の大きさ",
    inRoom: "パネルと同じ部屋にいる",
    inRoomHint: "ハウリングを防ぐため、この端末のマイクと音声は使いません。聞き取りと発言は、部屋のパネルを通じて行います。",
    troubles: {
      microphone: {
        refused: "マイクの使用が許可されていません。アドレスの横のマークから許可できます。マイクなしでも参加できます。",
        missing: "マイクが見つかりません。接続するか、聞くだけで参加してください。",
        busy: "マイクをほかのアプリが使っています。そのアプリを閉じるか、聞くだけで参加してください。",
        unknown: "マイクが動きません。別のマイクを選ぶか、聞くだけで参加してください。",
      },
      camera: {
        refused: "カメラの使用が許可されていません。アドレスの横のマークから許可できます。カメラなしでも参加できます。",
        missing: "カメラが見つかりません。カメラなしでも参加できます。",
        busy: "カメラをほかのアプリが使っています。そのアプリを閉じるか、カメラなしで参加してください。",
        unknown: "カメラが動きません。別のカメラを選ぶか、カメラなしで参加してください。",
      },
    },
    unheard: {
      microphone: {
        refused: "声が届いていません。マイクの使用が許可されていません。アドレスの横のマークから許可して、マイクをオンにしてください。",
        missing: "声が届いていません。マイクが見つかりません。マイクをつないで、オンにしてください。",
        busy: "声が届いていません。マイクをほかのアプリが使っています。そのアプリを閉じて、マイクをオンにしてください。",
        unknown: "声が届いていません。マイクが動きません。別のマイクを選んでください。",
      },
      camera: {
        refused: "映像が届いていません。カメラの使用が許可されていません。アドレスの横のマークから許可して、カメラをオンにしてください。",
        missing: "映像が届いていません。カメラが見つかりません。",
        busy: "映像が届いていません。カメラをほかのアプリが使っています。そのアプリを閉じて、カメラをオンにしてください。",
        unknown: "映像が届いていません。カメラが動きません。別のカメラを選んでください。",
      },
    },
    bothTroubles: {
      refused: "マイクとカメラの使用が許可されていません。アドレスの横のマークから許可できます。どちらもなしでも参加できます。",
      missing: "マイクもカメラも見つかりません。参加して、見たり聞いたりすることはできます。",
    },
    notSecure: "マイクとカメラは、https のアドレスでだけ使えます。参加して、見たり聞いたりすることはできます。",
    check: "機器を確認",
    checkTitle: "機器の確認",
    checkLead: "30秒ほどで、授業の前に映像と音声を確かめます。",
    speakNow: "何か話してみてください。",
    heardYou: "声が届いています。",
    nothingHeard: "まだ声が聞こえません。もう少し大きな声で話すか、別のマイクを選んでください。",
    cameraWorks: "映像が出ています。",
    doYouSee: "映像を準備しています…",
    playSound: "音を鳴らす",
    playAgain: "もう\u2060一度鳴らす",
    didYouHear: "聞こえましたか？",
    heard: "はい",
    notHeard: "いいえ",
    soundHeard: "音が聞こえています。",
    soundNotHeard: "音が聞こえませんでした。",
    line: "回線とファイアウォール",
    lineTrying: "サーバーまでの経路を確かめています。そのあいだ、音を出さずに通話に入ります。",
    lineWorks: {
      udp: "音声と映像が届きます。",
      tcp: "音声と映像が、遠回りの経路で届きます。",
    },
    lineSlow: "音声は届きますが、映像はほとんど届きません。",
    lineBlocked: "サーバーは応答しますが、音声と映像が届きません。",
    lineNone: "サーバーが応答しません。",
    lineUnsupported: "このブラウザーでは通話を使えません。",
    again: "もう\u2060一度確認",
    known: (count) => `4項目中${count}項目を確認しました`,
    colors: { green: "準備完了", amber: "使えます", red: "準備が必要です" },
    advice: {
      ready: "すべて問題ありません。授業を始められます。",
      "line-none": "この端末がネットワークにつながっているか確かめて、もう\u2060一度確認してください。",
      "line-blocked": "ファイアウォールが通話を止めています。ネットワークの担当者に、サーバーの通話用ポートを開けるよう頼んでください。",
      unsupported: "ブラウザーを更新するか、別のブラウザーをお使いください。",
      speaker: "音量を上げるか、別のスピーカーを選んで、もう\u2060一度鳴らしてください。",
      "microphone-refused": "アドレスの横のマークからマイクを許可して、もう\u2060一度確認してください。",
      "microphone-missing": "発言するにはマイクをつないでください。なくても、見ることと聞くことはできます。",
      "microphone-busy": "マイクを使っているアプリを閉じるか、別のマイクを選んでください。",
      "microphone-quiet": "声が入りませんでした。マイクの音量を上げるか、別のマイクを選んでください。",
      "line-slow": "回線が遅いため、通話は音声だけになります。ボードには影響しません。",
      "line-tcp": "通話が遠回りの経路になるため、途切れることがあります。UDPの通信を許可すると改善します。",
      "camera-refused": "アドレスの横のマークからカメラを許可するか、映像なしで始めてください。",
      "camera-missing": "カメラ以外は問題ありません。声は届き、映像の代わりに頭文字が表示されます。",
      "camera-busy": "カメラを使っているアプリを閉じるか、別のカメラを選んでください。",
    },
  },
};
