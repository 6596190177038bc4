#![no_main]
kakehashi_fuzz::target!("server_message");
