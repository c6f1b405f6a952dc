//! Any bytes as the table of a Strava export, with and without its header.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trailglow_fuzz::read_table;

const BEGINNING: &[u8] =
    b"id,date,name,type,commute,gear,file\n1,\"Sep 20, 2026, 2:12:12 PM\",Up,Ride,true,Blue,activities/1.fit\n";

fuzz_target!(|bytes: &[u8]| {
    read_table(bytes);
    read_table(&[BEGINNING, bytes].concat());
});
