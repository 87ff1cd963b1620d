//! Processes and a pool of them, like Python's `multiprocessing`.
//!
//! ```
//! use multiprocessing::{Error, Pool, Process};
//!
//! fn main() -> Result<(), Error> {
//!     let process = Process::start(|| println!("I am {}", std::process::id()))?;
//!     process.join()?;
//!
//!     let mut pool = Pool::new(2, |x: u64| x * x)?;
//!     let squares = pool.map(&[1, 2, 3, 4])?;
//!     assert_eq!(squares, [1, 4, 9, 16]);
//!     Ok(())
//! }
//! ```
//!
//! | Python | here |
//! |---|---|
//! | `process = Process(target=f)`, `process.start()` | [`Process::start(f)`](Process::start) |
//! | `process.join()` | [`process.join()`](Process::join), where any end but success is an error |
//! | `process.exitcode` | [`process.wait()`](Process::wait), an [`Exit`] |
//! | `process.pid`, `process.kill()` | [`process.pid()`](Process::pid), [`process.kill()`](Process::kill) |
//! | `process.join(timeout)`, `process.is_alive()` | [`process.wait_timeout(limit)`](Process::wait_timeout) |
//! | `Pool(n)` | [`Pool::new(n, f)`](Pool::new) |
//! | `Pool()` | [`Pool::with_default_workers(f)`](Pool::with_default_workers) |
//! | `pool.map(f, inputs, chunksize)` | [`pool.map(&inputs)`](Pool::map), [`chunk_size`](Pool::chunk_size) |
//! | `pool.imap_unordered(f, inputs)` | [`pool.map_unordered(&inputs)`](Pool::map_unordered), with `chunk_size(1)` |
//! | the end of `with Pool() as pool:` | the pool is dropped |
//!
//! # What a fork is
//!
//! A process starts as a copy of the running one. The call that makes the copy,
//! `fork`, returns in both, and each goes on with its own memory. So the child has
//! its function already, with all that it has captured, and nothing is pickled.
//! The copy is cheap, because the kernel shares each page of memory until one of
//! the two writes to it. It is one-way: the parent never sees what the child
//! changes.
//!
//! The child calls its function and ends. It never returns into the parent's code
//! and runs none of the parent's destructors. Standard output is flushed before
//! the fork, so that nothing is printed twice, and when the child's function
//! returns, so that nothing is lost.
//!
//! # Why threads are refused
//!
//! A fork copies only the thread that calls it. If another thread holds a
//! lock at that moment, the child's copy of the lock stays locked for ever: the child
//! has no thread that releases it. The allocator and `println!` have such locks. So
//! this crate counts the threads before each fork, and returns
//! [`Error::Threads`] if there is a second one. Start processes first, and threads,
//! runtimes and HTTP clients afterwards. The child may start threads.
//!
//! If your program cannot do that, use
//! [procspawn](https://docs.rs/procspawn). It starts the program anew instead of
//! copying it:
//!
//! | | this crate | procspawn |
//! |---|---|---|
//! | the parent may have threads | no | yes |
//! | systems | Linux | Linux, macOS, Windows |
//! | the function may capture variables | yes | no, it gets one serialized argument |
//! | `main` | does not run again | runs again, up to `procspawn::init` |
//! | the cost of a start | a fork | a fork, an `exec`, and `main` up to there |
//!
//! # What happens when something goes wrong
//!
//! | | a [`Process`] | a [`Pool`] |
//! |---|---|---|
//! | the function panics | [`Exit::Panic`], with place and message | [`Cause::TaskPanicked`]; chunks that have begun are finished; the pool stays usable |
//! | a signal kills it, it aborts or exits | [`Exit::Signal`], [`Exit::Status`] | [`Cause::WorkerDied`], after `exit(0)` too; the other workers are killed; the pool is broken |
//! | it takes too long | you [`kill`](Process::kill) it | with a [`time_limit`](Pool::time_limit), [`Cause::TaskTimedOut`]; as after a death |
//! | the function returns an error | [`Exit::Failed`], with its text | it is a result like any other |
//! | a value cannot be sent or read | it sends none | [`Cause::InputNotSent`] and its like; as after a panic |
//! | it is dropped | killed and reaped | its workers are killed and reaped |
//! | [`map_unordered`](Pool::map_unordered) is dropped early | | its workers are killed; the pool stays usable |
//! | the parent ends, or is killed | the kernel kills the child | the kernel kills the workers |
//!
//! Each failure of a pool is one line that names the worker, its pid, the task and the cause:
//! `worker 2 (pid 30507) was killed by SIGKILL while running task 2`. The panic that
//! ends a task or a process is only reported, and not printed. A panic in another
//! thread of the child, or one that the function catches, is printed as usual.
//!
//! # What a fork does not give you
//!
//! * **It is no sandbox.** A child has all the rights of its parent, its open
//!   files, and its memory with every secret in it. Processes protect you from
//!   crashes, and not from code that you do not trust.
//! * **A lock that you hold stays locked in your child**, and is never unlocked there.
//!   If you hold `stdin().lock()` and the child reads, it waits for ever.
//! * **Parent and child share open files.** They read and write at one common
//!   position. A child that drops a stream of a tokio runtime takes it off the
//!   event loop of its parent too, because the two share the epoll instance. Make
//!   runtimes in the child, or `mem::forget` the parent's runtimes there.
//! * **A mapping of a file stays shared**, and so do the rings of an io_uring. If
//!   another crate lends you one, let only one of the two processes use it.
//! * **A generator of random numbers is copied.** All children that do not seed it
//!   anew draw the same numbers.
//! * **A program that the child runs (`Command`) is not killed with it.** It outlives a
//!   time limit, and the parent. Give it a limit of its own, such as `timeout 60 ...`.
//! * **The kernel forgets to kill the child with its parent** when the child
//!   changes its user or group, or becomes a program that does (setuid).
//! * A task that calls `fork` by itself makes a copy of the worker. The copy runs the
//!   rest of its chunk, and ends then. Its results are not used.
//! * With `panic = "abort"`, a panic is a SIGABRT to the parent, and its message is
//!   printed.
//! * The pool and [`Process::wait_timeout`] watch processes by pidfds: Linux 5.4 or later.
//!
//! # What can be an input or a result
//!
//! Any type that serde can serialize and deserialize. Values cross as MessagePack:
//!
//! * `None` and `()` are the same there. `Some(())` and `Some(None)` arrive as `None`:
//!   use an enum of your own.
//! * A `Vec<u8>` goes number by number. `serde_bytes::ByteBuf` is several times faster.
//! * A value that is nested more than about 1 000 levels deep is refused where it
//!   arrives. At about ten thousand levels, serde overflows the stack of the process
//!   that sends it, which aborts: for an input, that is the parent.
//! * A value of more than 4 GiB is refused where it is sent.
//!
//! # How a pool works
//!
//! Each worker has a socket pair, and no two workers share anything. (CPython's
//! workers share one queue and its lock. If a worker is killed while it holds that
//! lock, the pool hangs.) The parent waits for all sockets in one `poll` and never
//! blocks in a read or a write, so a worker that does not read does not delay the
//! others.
//!
//! While a worker runs a chunk of inputs, the next ones are on their way, so that it
//! need not wait. If its chunk turns out to be slow and another worker is idle, the
//! parent takes the waiting chunks back. Worker and parent claim a chunk by raising
//! a number in shared memory to the chunk's, in one atomic step. The first to raise
//! it gets the chunk.
//!
//! The parent polls a pidfd with each socket. It becomes readable when the worker
//! ends, in whatever way. The end of the stream would be no reliable sign: a
//! grandchild that has inherited the socket keeps it open.

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
