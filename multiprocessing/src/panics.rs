//! Keeps the panic of a child's function for its parent.
//!
//! Rust prints a panic before it is known whether it will be caught. Here the
//! parent reports the panic that ends the function, so the child does not print
//! it. The child prints any other panic: at once in a thread that the function has
//! started, and in the function's own thread when it is known to be caught.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
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
    /// Taken only if RUST_BACKTRACE asks for it.
    backtrace: Backtrace,
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
    // A panic that aborts is never caught, so Rust's own hook must print it.
    // And a hook cannot be set during a panic, which is possible if a destructor
    // of the parent forks.
    if cfg!(panic = "unwind") && !thread::panicking() {
        // The old hook is forgotten and not dropped: its values are the parent's.
        mem::forget(panic::take_hook());
        // The new hook captures nothing, so it allocates no memory. The child's
        // first allocation would cost three page faults.
        panic::set_hook(Box::new(|info| {
            let panic = Panic::new(info);
            let to_print = LAST.with_borrow_mut(|last| match &mut **last {
                // A panic that is already kept was caught.
                Some(last) => last.replace(panic),
                None => Some(panic),
            });
            to_print.iter().for_each(Panic::print);
        }));
    }
}

/// Calls `f` in a child and returns its result, or the place and message of its
/// panic, such as `src/main.rs:5: bad input`.
pub fn catch<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    let outer = LAST.replace(ManuallyDrop::new(Some(None)));
    let outcome = panic::catch_unwind(AssertUnwindSafe(f));
    let last = ManuallyDrop::into_inner(LAST.replace(outer)).flatten();
    match outcome {
        Ok(value) => {
            last.iter().for_each(Panic::print);
            Ok(value)
        }
        Err(payload) => {
            let message = match last {
                Some(panic) => format!("{}: {}", panic.place, panic.text),
                None => text(&*payload).to_owned(),
            };
            // Dropping the value of a panic can panic again.
            mem::forget(payload);
            Err(shorten(message))
        }
    }
}

impl Panic {
    fn new(info: &PanicHookInfo<'_>) -> Panic {
        let location = info.location().expect("Rust always knows it");
        Panic {
            place: format!("{}:{}", location.file(), location.line()),
            column: location.column(),
            text: text(info.payload()).to_owned(),
            backtrace: Backtrace::capture(),
        }
    }

    /// Prints it as Rust does. An error cannot be reported.
    fn print(&self) {
        let Panic { place, column, text, backtrace } = self;
        let (thread, pid) = (thread::current(), process::id());
        let name = thread.name().unwrap_or("<unnamed>");
        let mut told = format!("\nthread '{name}' ({pid}) panicked at {place}:{column}:\n{text}\n");
        if backtrace.status() == BacktraceStatus::Captured {
            told += &format!("stack backtrace:\n{backtrace}");
        }
        let _ = io::stderr().write_all(told.as_bytes());
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
