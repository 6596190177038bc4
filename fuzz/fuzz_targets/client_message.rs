#![no_main]
kakehashi_fuzz::target!("client_message");
