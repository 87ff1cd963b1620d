//! Processes and a pool of them, as Python's `multiprocessing`.
//!
//! | Python | here |
//! |---|---|
//! | `process = Process(target=f)`, `process.start()` | [`Process::start(f)`](Process::start) |
//! | `process.join()` | [`process.join()`](Process::join), where any end but success is an error |
//! | `process.exitcode` | [`process.wait()`](Process::wait), an [`Exit`] |
//! | `process.pid`, `process.kill()` | [`process.pid()`](Process::pid), [`process.kill()`](Process::kill) |
//! | `connection.wait(sentinels)` | [`Process::wait_any(&processes)`](Process::wait_any) |
//! | `Pool(n)` | [`Pool::new(n, f)`](Pool::new) |
//! | `Pool()` | [`Pool::with_default_workers(f)`](Pool::with_default_workers) |
//! | `pool.map(f, inputs, chunksize)` | [`pool.map(&inputs)`](Pool::map), [`chunk_size`](Pool::chunk_size) |
//! | the end of `with Pool() as pool:` | the pool is dropped |
//!
//! # How a process starts: fork
//!
//! `fork` makes a copy of the running process. The two are equal but for
//! what `fork` returns, and each goes on with its own copy of the memory. That
//! is why a function needs no pickling here: the child has it already, with all
//! that it has captured. The copy is cheap, because the system shares each page
//! of memory until one of the two writes to it; and it is one-way, because what
//! the child writes, the parent never sees.
//!
//! A fork copies one thread only: the one that calls it. If another held a lock
//! at that moment (and every allocation, every `println!` takes one), the
//! child's copy of it stays locked for ever, with nobody to open it. So this
//! library looks before each fork whether the process has a second thread, and
//! refuses if it has. In exchange, what it offers is safe to call.
//!
//! The child never gets back to the code after the fork, which it has a copy of,
//! too: it calls its function, under `catch_unwind`, and leaves by `_exit`.
//! What waits in the buffer of standard output is written before the fork, since
//! both would print it, and again at the end of the child, since `_exit` would
//! forget it.
//!
//! # How the two talk
//!
//! A [`Process`] says little: its exit status, and the message if it panics. The
//! message is left in a page of memory that both share, mapped before the fork. A
//! pipe would do, but it would take a descriptor for each running process, and
//! ten thousand of them are ten times as many as a program may usually have.
//!
//! A worker of a [`Pool`] has a socket pair. Inputs go one way and results come
//! back the other, as MessagePack, in frames that begin with their length; these
//! values are the only ones that are serialized. No two workers share
//! anything. (CPython's workers all read from one queue, under one lock, and if
//! a worker is killed while it holds that lock, the pool hangs.) The parent
//! waits for all sockets with a single `poll` and never blocks in a read or a
//! write: a worker that does not read must not keep it from the others.
//!
//! While a worker runs a chunk of inputs, the next ones are on their way to it
//! already, so that it need not wait between two. If that one is a slow one and
//! another worker is idle, the parent takes the waiting chunks back. Which of the
//! two has a chunk is decided by a number in the shared page: worker and parent
//! both raise it, in one atomic step, and the one that finds it lower has won.
//!
//! # How a death is noticed
//!
//! By the exit itself. The parent has a pidfd for each worker, a descriptor that
//! becomes readable when the process ends, however it ends, and polls it with the
//! socket. The end of the stream is no sign: a grandchild that has inherited the
//! socket keeps it open. The worker's page says which task it was at. A worker
//! that lives on without its socket, because a task has closed it, is killed.
//!
//! The other way round, the kernel kills a child whose parent has ended
//! (`PR_SET_PDEATHSIG`); an idle worker would see the end of its stream, too.
//!
//! # What MessagePack does not keep apart
//!
//! Any serde type can be an input or a result, with three remarks. MessagePack
//! has one `nil` for both `None` and `()`, so `Some(())` and `Some(None)` arrive
//! as `None`: use an enum of your own there. A `Vec<u8>` goes out number by
//! number, which takes several times as long as `serde_bytes::ByteBuf`. And a value
//! that is nested about a thousand levels deep, such as a long linked list, is
//! refused where it arrives, as an [`Error::Value`].

mod child;
mod error;
mod frames;
mod panics;
mod pool;
mod process;
mod shared;

pub use child::Status;
pub use error::{Cause, Error, Exit, Failure};
pub use pool::{Pool, Unordered};
pub use process::Process;
