//! What a child's function panics with, kept for its parent.
//!
//! Rust prints a panic before it is known whether somebody catches it. Here the
//! panic that ends the function is the parent's to report, and is not printed.
//! Any other one is: at once in a thread that the function has started; and as
//! soon as it turns out to have been caught in the function's own.

use std::any::Any;
use std::cell::RefCell;
use std::io::{self, Write};
use std::mem::{self, ManuallyDrop};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::process;
use std::thread;

use crate::error::shorten;

/// A panic that has begun: `src/main.rs:5`, the column, and the text.
struct Panic {
    place: String,
    column: u32,
    text: String,
}

thread_local! {
    /// `None` outside [`catch`]; in it, this thread's last panic. It is never
    /// dropped, because the request to drop it costs each child 17 page faults, a
    /// fifth of its start.
    static LAST: RefCell<ManuallyDrop<Option<Option<Panic>>>> =
        const { RefCell::new(ManuallyDrop::new(None)) };
}

/// Makes panics in this process be kept for [`catch`].
pub fn keep_panics() {
    // A panic that aborts is never caught, so Rust's own hook is to print it.
    // And a hook cannot be set during a panic, where a destructor of the
    // parent's has forked.
    if cfg!(panic = "unwind") && !thread::panicking() {
        // The parent's is forgotten and not dropped: what it owns is the parent's.
        mem::forget(panic::take_hook());
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            LAST.with_borrow_mut(|last| match &mut **last {
                // If one is kept already, it was caught.
                Some(last) => last.replace(Panic::new(info)).into_iter().for_each(Panic::print),
                None => print(info),
            });
        }));
    }
}

/// Calls `f` in a child and returns its result, or what it panicked with, such as
/// `src/main.rs:5: bad input`.
pub fn catch<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    let outer = LAST.replace(ManuallyDrop::new(Some(None)));
    let outcome = panic::catch_unwind(AssertUnwindSafe(f));
    let last = ManuallyDrop::into_inner(LAST.replace(outer)).flatten();
    match outcome {
        Ok(value) => {
            last.into_iter().for_each(Panic::print);
            Ok(value)
        }
        Err(payload) => {
            let message = match last {
                Some(panic) => format!("{}: {}", panic.place, panic.text),
                None => text(&*payload).unwrap_or(NO_TEXT).to_owned(),
            };
            // Dropping what somebody panicked with can panic again.
            mem::forget(payload);
            Err(shorten(message))
        }
    }
}

const NO_TEXT: &str = "a value that is no text";

impl Panic {
    fn new(info: &PanicHookInfo<'_>) -> Panic {
        let location = info.location().expect("Rust always knows it");
        Panic {
            place: format!("{}:{}", location.file(), location.line()),
            column: location.column(),
            text: text(info.payload()).unwrap_or(NO_TEXT).to_owned(),
        }
    }

    /// Prints it as Rust does. Nothing can be done about an error.
    fn print(self) {
        let Panic { place, column, text } = self;
        let (thread, pid) = (thread::current(), process::id());
        let name = thread.name().unwrap_or("<unnamed>");
        let message = format!("\nthread '{name}' ({pid}) panicked at {place}:{column}:\n{text}\n");
        let _ = io::stderr().write_all(message.as_bytes());
    }
}

fn text(payload: &(dyn Any + Send)) -> Option<&str> {
    let owned = || payload.downcast_ref::<String>().map(String::as_str);
    payload.downcast_ref::<&str>().copied().or_else(owned)
}
