//! What a child's function panics with, kept for its parent.

use std::any::Any;
use std::cell::RefCell;
use std::mem::{self, ManuallyDrop};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::thread;

/// Makes panics in this process be kept for [`catch`], and not be printed.
pub fn keep_panics() {
    // A panic that aborts is never caught, so Rust's own hook is to print it.
    // And a hook cannot be set during a panic, where a destructor of the
    // parent's has forked.
    if cfg!(panic = "unwind") && !thread::panicking() {
        // The old one is forgotten and not dropped: what it owns is the parent's.
        mem::forget(panic::take_hook());
        panic::set_hook(Box::new(|info| drop(remember(Some(describe(info))))));
    }
}

thread_local! {
    /// What the hook heard about this thread's last panic. It is never dropped,
    /// because the request to drop it costs each child 17 page faults, a fifth
    /// of its start.
    static LAST_PANIC: RefCell<ManuallyDrop<Option<String>>> =
        const { RefCell::new(ManuallyDrop::new(None)) };
}

/// Sets what is known of the last panic, and returns what was.
fn remember(message: Option<String>) -> Option<String> {
    LAST_PANIC.with_borrow_mut(|last| mem::replace(&mut **last, message))
}

/// Calls `f` in a child and returns its result, or what it panicked with, such as
/// `src/main.rs:5: bad input`.
pub fn catch<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    remember(None);
    panic::catch_unwind(AssertUnwindSafe(f)).map_err(|payload| {
        let message = remember(None).unwrap_or_else(|| text(&*payload).to_owned());
        // Dropping what somebody panicked with can panic again.
        mem::forget(payload);
        message
    })
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let text = text(info.payload());
    match info.location() {
        Some(place) => format!("{}:{}: {text}", place.file(), place.line()),
        None => text.to_owned(),
    }
}

fn text(payload: &(dyn Any + Send)) -> &str {
    if let Some(text) = payload.downcast_ref::<&str>() {
        text
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text
    } else {
        "a value that is no text"
    }
}
