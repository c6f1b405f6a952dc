//! Any bytes as the table of a Garmin export, alone and as a value of an activity.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trailglow_fuzz::read_garmin;

const BEGINNING: &[u8] = b"[{\"summarizedActivitiesExport\":[{\"activityId\":1,\"name\":\"Up\",\"beginTimestamp\":";

fuzz_target!(|bytes: &[u8]| {
    read_garmin(bytes);
    read_garmin(&[BEGINNING, bytes].concat());
});
