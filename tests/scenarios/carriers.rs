//! Each carrier's own story (`plugins/<carrier>/story.toml`), played with the whole daemon.

use std::sync::Mutex;

use parcelwatch_tests::{Story, story};

/// Has no network, and so no story to play.
const SCRIPTED: &str = "demo";

#[test]
fn each_is_followed_from_the_missing_key_to_the_limit() {
    let queue = Mutex::new(story::carriers());
    let next = || queue.lock().expect("nothing panics while it holds this lock").pop();
    // Two at a time: a story waits for its daemon most of the while.
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(carrier) = next() {
                    if carrier != SCRIPTED {
                        Story::of(&carrier).play(env!("CARGO_BIN_EXE_parcelwatch"));
                    }
                }
            });
        }
    });
}
