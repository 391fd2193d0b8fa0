//! Values in, values out. The replies are of our own making, after the fields that public clients read.

mod business;
mod failures;
mod journey;
mod meanings;
mod recognition;
mod recordings;
mod strange;

use parcelwatch_plugin::http::Body;
use parcelwatch_plugin::replay::{Replay, line};
use serde_json::{Value, json};

use super::*;

const CHECK: &str = "https://ec.ems.com.cn/ect-web/mail/getGisTraces/checkMail";
const RECORD: &str = "https://ec.ems.com.cn/ect-web/mail/getGisTraces/subjection/v3";
const NUMBER: &str = "LX000000014CN";
const OPEN: &str = r#"{ "code": "000000", "msg": "操作成功", "info": 1 }"#;
const JOURNEY: &str = include_str!("../replies/journey.json");
const LATE: &str = include_str!("../replies/late.json");

/// What China Post tells of our number when it opens the record and answers with this status and body.
fn told_with(status: u16, body: &str) -> Result<Answer, Failure> {
    let mut replay = Replay::<ChinaPost>::of();
    replay.on("POST", CHECK).reply(200, OPEN);
    replay.on("POST", RECORD).reply(status, body);
    replay.track_one(NUMBER)
}

fn told(body: &str) -> Result<Answer, Failure> {
    told_with(200, body)
}

/// What it tells when its record of our number is this one.
fn record(mut mail: Value) -> Result<Answer, Failure> {
    if mail.get("mailNo").is_none() {
        mail["mailNo"] = json!(NUMBER);
    }
    told(&json!({ "code": "000000", "info": { "mail": mail } }).to_string())
}

/// The event of this scan, for a parcel to Brazil.
fn scanned(scan: Value) -> Event {
    record(json!({ "receiverCountryName": "巴西", "mailInfos": [scan] })).expect("an event").events.remove(0)
}

fn lines(answer: &Answer) -> Vec<String> {
    answer.events.iter().map(line).collect()
}
