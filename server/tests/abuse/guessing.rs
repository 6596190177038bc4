//! Codes guessed from many addresses.

use super::common::people::hello;
use super::common::{Server, request_from};

/// From forty addresses at once; an address of its own for each is what an attacker pays for.
#[tokio::test]
async fn guessing_codes_from_many_addresses_is_hopeless() {
    let server = Server::start().await;
    let board = server.new_board().await;
    let (mut looked_up, mut turned_away, mut found) = (0_u32, 0_u32, 0_u32);
    for address in 0..40 {
        for guess in 0..20 {
            let code = u32::from(address) * 1_000_003 + guess * 7_919 + 1;
            match request_from(address, &server.address, "GET", &format!("/api/v1/codes/{code:09}"), &[], &[]).await.status {
                404 => looked_up += 1,
                429 => turned_away += 1,
                200 => found += 1,
                other => panic!("{other}"),
            }
        }
    }
    // A thousand boards among a thousand million codes.
    let hours = 1e9 / 1e3 / f64::from(looked_up) / 60.0;
    println!(
        "800 codes guessed from 40 addresses: {looked_up} looked up, {turned_away} turned away; one of 1,000 boards would take {hours:.0} hours"
    );
    assert_eq!((looked_up, turned_away, found), (300, 500, 0));
    assert!(hello(&server, board, "").await.is_ok(), "links go on opening boards");
}
