#![no_main]
kakehashi_fuzz::target!("red");
