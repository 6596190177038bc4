#![no_main]
kakehashi_fuzz::target!("http_body");
