//! What China Post says instead of an answer, and whose business that is.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;

/// The operator's key to an interface: its name, and the table of the config that it stands in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub name: &'static str,
    pub table: &'static str,
}

impl Key {
    pub(crate) fn missing(self) -> Failure {
        let Self { name, table } = self;
        let message = format!(
            "China Post takes signed questions only; set {name} in {table}, or do without: the destination's post or \
             an aggregator usually sees these numbers"
        );
        Failure { needs: vec![name.to_owned()], ..Failure::new(FailureKind::NeedsCredential, message) }
    }

    fn refused(self) -> Failure {
        let Self { name, table } = self;
        Failure::auth_failed(format!(
            "China Post refused the signature; check {name} in {table}, or do without: the destination's post or an \
             aggregator usually sees these numbers"
        ))
    }
}

const SIGN_IN: [&str; 2] = ["200001", "200002"];
/// The record was not opened by the question before.
const NOT_OPENED: &str = "600001";

/// Lets pass what may hold an answer or a refusal in JSON, which says more than the status.
pub(crate) fn gate(reply: &Reply, key: Key) -> Result<(), Failure> {
    match reply.status {
        429 | 500.. => Err(reply.unexpected()),
        // A server has pages of its own for these, which are no walls.
        401 | 404 if reply.is_html() => Err(formless(reply, key)),
        _ if reply.is_html() => Err(walled().of(reply)),
        200 => Ok(()),
        _ if reply.text().trim_start().starts_with('{') => Ok(()),
        _ => Err(formless(reply, key)),
    }
}

/// The failure for a reply that says neither yes nor no.
pub(crate) fn formless(reply: &Reply, key: Key) -> Failure {
    match reply.status {
        200 => Failure::changed("China Post's answer no longer says whether it is one").of(reply),
        401 => key.refused().of(reply),
        _ => reply.unexpected(),
    }
}

/// A refusal by its words, which are the same under several codes, else by its code.
pub(crate) fn failure(reply: &Reply, code: &str, words: &str, number: &str, key: Key) -> Failure {
    let says = |part: &str| words.contains(part);
    let failure = if says("签名验证失败") {
        key.refused()
    } else if says("请登录后再查询") || SIGN_IN.contains(&code) {
        Failure::blocked(
            "China Post asks to sign in, which this plugin does not; look the parcel up at www.ems.com.cn or at the \
             destination's post",
        )
    } else if says("暂无物流信息") {
        nothing(number)
    } else if says("繁忙") || says("稍后") {
        Failure::unavailable("China Post is busy; it is asked again")
    } else if code == NOT_OPENED || says("输入有误") {
        let message =
            format!("China Post did not open the record of {number}, which proves nothing; it is asked again");
        Failure::inconclusive(message)
    } else {
        let Key { name, table } = key;
        let message =
            format!("China Post refused in words this plugin does not know; if it stays so, check {name} in {table}");
        Failure::changed(message)
    };
    failure.of(reply)
}

/// Never "not found": real letters are answered like this, too.
pub(crate) fn nothing(number: &str) -> Failure {
    Failure::inconclusive(format!(
        "China Post shows nothing on {number}, which proves nothing: it may be unscanned, too old, or a letter \
             that is not shown here; ask the destination's post or an aggregator"
    ))
}

pub(crate) fn other(number: &str) -> Failure {
    Failure::inconclusive(format!("China Post answered about another number than {number}; it is asked again"))
}

fn walled() -> Failure {
    Failure::blocked(
        "China Post shows a page for people where data was asked for, which is not worked around; look the parcel up \
         at www.ems.com.cn or at the destination's post",
    )
}
