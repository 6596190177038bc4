//! Who hears whom.

use kakehashi_client::Status;
use kakehashi_client::native::call::{CallError, Options, Publish};
use kakehashi_protocol::call::Source;

use super::hall::{Guest, Hall};
use super::proxy::Proxy;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hear_each_other_and_a_third_comes_and_goes() {
    let hall = Hall::open();
    let (mut one, mut two) = (hall.enter(1).await, hall.enter(2).await);
    two.hears(one.me, 1, 25).await;
    one.hears(two.me, 2, 25).await;
    let mut three = hall.enter(3).await;
    three.hears(one.me, 1, 10).await;
    three.hears(two.me, 2, 10).await;
    one.hears(three.me, 3, 10).await;
    one.sees(|members| members.len() == 3 && members.iter().all(|member| member.connected)).await;
    let gone = three.me;
    three.leave().await;
    one.sees(|members| members.iter().all(|member| member.member != gone)).await;
    two.hears(one.me, 1, 25).await;
    one.hears(two.me, 2, 25).await;
    assert!(one.heard().iter().all(|(by, mark)| (*by == two.me && mark.sender == 2) || (*by == gone && mark.sender == 3)));
    assert_eq!(one.call.stats().await.expect("it goes on").received[&(two.me, Source::Microphone)].lost, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_muted_is_not_heard_and_a_member_hushes_nobody() {
    let hall = Hall::open();
    let (one, mut two) = (hall.enter(1).await, hall.enter(2).await);
    two.hears(one.me, 1, 10).await;
    let muted = |muted| {
        move |members: &[kakehashi_protocol::call::Member]| {
            members.iter().any(|member| member.tracks.iter().any(|track| track.muted) == muted)
        }
    };
    one.call.mute(Source::Microphone, true).await.expect("it sends one");
    let from = one.written() + 1;
    let me = one.me;
    two.sees(|members| members.iter().any(|member| member.member == me && member.tracks.iter().all(|track| track.muted))).await;
    // What was written in the meantime is what must not be heard.
    while one.written() < from + 25 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let to = one.written();
    one.call.mute(Source::Microphone, false).await.expect("it sends one");
    two.hears(one.me, 1, 25).await;
    two.sees(|members| !muted(true)(members)).await;
    assert!(two.heard().iter().all(|(_, mark)| !(from..to).contains(&mark.count)), "{from} to {to} were written while muted");
    // Nobody leads here.
    two.call.hush(Some(one.me)).await.expect("it is asked");
    two.hears(one.me, 1, 25).await;
    two.sees(|members| !muted(true)(members)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn media_go_on_while_the_boards_connection_is_cut() {
    let hall = Hall::open();
    let proxy = Proxy::to(hall.process.address.clone()).await;
    let (mut one, mut two) = (Guest::by(&hall.link_by(&proxy.address.to_string()), 1).await, hall.enter(2).await);
    two.hears(one.me, 1, 10).await;
    proxy.set_whole(false);
    while one.board.with(|client, _| client.status()).await.expect("it is open") == Status::Live {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    two.hears(one.me, 1, 50).await;
    one.hears(two.me, 2, 50).await;
    proxy.set_whole(true);
    let me = one.me;
    two.sees(|members| members.iter().any(|member| member.member == me && member.connected)).await;
    while one.call.me().await.expect("it goes on").is_none() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(one.call.me().await, Ok(Some(me)), "it is who it was");
    two.hears(me, 1, 25).await;
    let flow = two.call.stats().await.expect("it goes on").received[&(me, Source::Microphone)];
    assert_eq!((flow.lost, one.call.publish(Publish::of(Source::Screen)).await.map(drop)), (0, Ok(())), "and may offer more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_says_what_it_cannot() {
    let hall = Hall::open();
    let one = hall.enter(1).await;
    let refused = |publish| one.call.publish(publish);
    assert_eq!(refused(Publish::of(Source::Microphone)).await.err(), Some(CallError::Published(Source::Microphone)));
    let wrong = Publish { layered: true, ..Publish::of(Source::ScreenSound) };
    assert_eq!(refused(wrong).await.err(), Some(CallError::Codec(wrong)));
    let many = Options { voices: 5, ..Options::default() };
    assert_eq!(kakehashi_client::native::call::Call::join(&one.board, many).await.map(drop), Err(CallError::Places));
}
