//! A worker's life: it receives a chunk and sends the results, again and again, until
//! the parent closes the socket.

use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::sync::atomic::Ordering;

use rustix::io::{Errno, retry_on_intr};
use rustix::net::{RecvFlags, SendFlags, send};
use rustix::process::getpid;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::child::end_copy;
use crate::error::Cause;
use crate::frames::{self, Frames, Header};
use crate::panics::catch;
use crate::shared::Shared;

/// The kinds of a worker's answers: results, and the failures from 1 on.
pub const RESULTS: u64 = 0;
const PANIC: u64 = 1;
const INPUT_NOT_READ: u64 = 2;
const RESULT_NOT_SENT: u64 = 3;
pub const FAILURES: [fn(String) -> Cause; 3] =
    [Cause::TaskPanicked, Cause::InputNotRead, Cause::ResultNotSent];

pub fn live<T, R>(socket: &OwnedFd, shared: &Shared, f: &impl Fn(T) -> R)
where
    T: DeserializeOwned,
    R: Serialize,
{
    let worker = getpid();
    let mut chunks = Frames::default();
    let mut outgoing = Vec::new();
    let mut failed_map = None;
    loop {
        let chunk = match chunks.next() {
            Ok(Some(chunk)) => chunk,
            Ok(None) => match chunks.receive(socket, RecvFlags::empty()) {
                Ok(1..) => continue,
                Ok(0) | Err(_) => return,
            },
            // The parent sees this as the worker's end.
            Err(error) => panic!("could not receive an input: {error}"),
        };
        let Header { kind: map, chunk: number, task: first, count } = chunk.header;
        // After a failure, no other chunk of the map begins. The parent has not
        // heard of it yet, and takes back the rest later.
        if failed_map == Some(map) || shared.claim(number) >= number {
            continue;
        }
        let answer = Header { kind: RESULTS, chunk: number, task: first, count };
        let start = frames::begin(&mut outgoing, answer);
        let mut task = first;
        let outcome = catch(|| {
            let mut inputs = chunk.values();
            while task < first + count {
                shared.running.store(task as u64 + 1, Ordering::Release);
                let input = inputs.take().map_err(|why| (INPUT_NOT_READ, why))?;
                let sent = frames::put(&mut outgoing, &f(input));
                // The result is already dropped: if that panics, this task has panicked.
                sent.map_err(|why| (RESULT_NOT_SENT, why))?;
                task += 1;
            }
            task = first + count - 1;
            inputs.end().map_err(|why| (INPUT_NOT_READ, why))
        });
        end_copy(worker);
        if let Err((kind, why)) = outcome.unwrap_or_else(|why| Err((PANIC, why))) {
            failed_map = Some(map);
            outgoing.clear();
            frames::begin(&mut outgoing, Header { kind, task, ..answer });
            outgoing.extend_from_slice(why.as_bytes());
        }
        frames::finish(&mut outgoing, start);
        // The worker will be killed, so the output of a task is flushed now.
        let _ = io::stdout().flush();
        if send_all(socket, &outgoing).is_err() {
            return;
        }
        outgoing.clear();
        shared.running.store(0, Ordering::Release);
    }
}

/// Sends all of `bytes`, however long the parent takes to read them.
fn send_all(socket: &OwnedFd, mut bytes: &[u8]) -> Result<(), Errno> {
    while !bytes.is_empty() {
        let count = retry_on_intr(|| send(socket, bytes, SendFlags::NOSIGNAL))?;
        bytes = &bytes[count..];
    }
    Ok(())
}
