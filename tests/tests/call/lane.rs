//! The lane of a call over real sockets: what one shows is there for the others, and loss is no gap.

use std::time::Duration;

use kakehashi_client::native::Board;
use kakehashi_protocol::ids::DocumentId;
use kakehashi_protocol::lane::{Glimpse, WetPoint, WetStroke};
use tokio::time::timeout;

use super::hall::Hall;

const PATIENCE: Duration = Duration::from_secs(30);

/// Opens the board's first page, which every new board has.
async fn read_first_page(board: &Board) -> DocumentId {
    loop {
        let page = board.with(|client, _| {
            let page = client.pages().first().map(|page| DocumentId(page.id()))?;
            client.open(page);
            client.is_ready(page).then_some(page)
        });
        if let Some(page) = page.await.expect("it is open") {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn wet_ink_and_pointers_are_shown_to_who_reads_the_page() {
    let hall = Hall::open();
    let writer = hall.enter(1).await;
    let mut reader = hall.enter(2).await;
    let mut elsewhere = hall.enter(3).await;
    let page = read_first_page(&writer.board).await;
    assert_eq!(read_first_page(&reader.board).await, page);
    let point = |x| WetPoint { x, y: 80, pressure: 100, ms: 4 };
    let stroke = WetStroke { counter: 77, width: 24, first: 0, ..WetStroke::default() }.tell(&[point(8), point(16)]);
    let glimpse = Glimpse { document: page, strokes: vec![stroke], ..Glimpse::default() };
    // The lane opens a moment after media; a glimpse before that is lost.
    let seen = timeout(PATIENCE, async {
        loop {
            writer.call.show(glimpse.clone()).await.expect("the call goes on");
            if let Ok(Some(shown)) = timeout(Duration::from_millis(50), reader.glimpses.recv()).await {
                return shown;
            }
        }
    });
    let shown = seen.await.expect("it is shown");
    let actor = writer.board.with(|client, _| client.actor()).await.expect("it is open");
    assert_eq!((shown.actor, &shown.glimpse.strokes), (actor, &glimpse.strokes));
    assert!(shown.glimpse.sequence > 0);
    assert!(elsewhere.glimpses.try_recv().is_err(), "who does not read the page is shown nothing");
}
