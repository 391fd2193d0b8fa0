//! Where a plugin's requests go when it runs natively: to whatever host the current thread was given.

use std::cell::RefCell;
use std::rc::Rc;

use crate::host::Host;

thread_local! {
    static CURRENT: RefCell<Option<Rc<dyn Host>>> = const { RefCell::new(None) };
}

/// Runs something with a host in place.
pub fn with_host<T>(host: Rc<dyn Host>, run: impl FnOnce() -> T) -> T {
    struct Restore(Option<Rc<dyn Host>>);
    impl Drop for Restore {
        fn drop(&mut self) {
            CURRENT.set(self.0.take());
        }
    }
    let _restore = Restore(CURRENT.replace(Some(host)));
    run()
}

pub(crate) fn current() -> Rc<dyn Host> {
    CURRENT.with_borrow(|host| host.clone()).expect("a plugin runs natively only inside a replay or `with_host`")
}
