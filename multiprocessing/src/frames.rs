//! Frames: how values keep apart on a stream of bytes.
//!
//! A socket carries bytes and knows no boundaries: what was written at once can
//! arrive in several pieces, and what was written in several at once. So each
//! message goes out as a frame, which begins with its length:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | how many bytes follow |
//! | 8 | mark: what kind of message it is |
//! | 8 | the index of the (first) task that it is about |
//! | 8 | how many values follow |
//! | the rest | values, one after the other, as MessagePack |
//!
//! (Python's pipes do the same, with `pickle` for the values.)

use std::os::fd::AsFd;

use rmp_serde::decode::ReadRefReader;
use rmp_serde::{Deserializer, Serializer};
use rustix::buffer::spare_capacity;
use rustix::io::{Errno, retry_on_intr};
use rustix::net::{RecvFlags, recv};
use serde::Serialize;
use serde::de::DeserializeOwned;

const LENGTH: usize = 8;
const HEADER: usize = 32;
/// How much room there is at least for what arrives.
const ROOM: usize = 64 * 1024;

/// Begins a frame at the end of `bytes` and returns where; values follow by
/// [`put`], and [`finish`] ends it.
pub fn begin(bytes: &mut Vec<u8>, mark: u64, task: usize, count: usize) -> usize {
    let start = bytes.len();
    for number in [0, mark, task as u64, count as u64] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    start
}

/// Adds a value to the frame at the end of `bytes`.
pub fn put<T: Serialize>(bytes: &mut Vec<u8>, value: &T) -> Result<(), String> {
    // Structs go out as maps from field to value: a struct without its skipped
    // fields would otherwise be read with the wrong ones.
    let mut serializer = Serializer::new(bytes).with_struct_map();
    value
        .serialize(&mut serializer)
        .map_err(|error| error.to_string())
}

/// Ends the frame that begins at `start`.
pub fn finish(bytes: &mut [u8], start: usize) {
    let length = (bytes.len() - start - LENGTH) as u64;
    bytes[start..start + LENGTH].copy_from_slice(&length.to_le_bytes());
}

/// A frame that has arrived.
pub struct Frame<'a> {
    /// What kind of message it is.
    pub mark: u64,
    /// The index of the (first) task that it is about.
    pub task: usize,
    /// How many values there are.
    pub count: usize,
    /// The values, still as bytes.
    pub bytes: &'a [u8],
}

impl<'a> Frame<'a> {
    /// The values one by one.
    pub fn values(&self) -> Values<'a> {
        Values(Deserializer::from_read_ref(self.bytes))
    }
}

/// Takes the values of a frame out of it.
pub struct Values<'a>(Deserializer<ReadRefReader<'a, [u8]>>);

impl Values<'_> {
    /// The next value.
    pub fn take<T: DeserializeOwned>(&mut self) -> Result<T, String> {
        T::deserialize(&mut self.0).map_err(|error| error.to_string())
    }
}

/// The frames that arrive on a socket.
#[derive(Default)]
pub struct Frames {
    bytes: Vec<u8>,
    /// How many of the bytes belong to frames that are done with.
    start: usize,
}

impl Frames {
    /// Receives what is there, once; 0 bytes are the end of the stream.
    pub fn receive(&mut self, socket: impl AsFd, flags: RecvFlags) -> Result<usize, Errno> {
        self.bytes.drain(..self.start);
        self.start = 0;
        let missing = self.length().saturating_sub(self.bytes.len());
        // A length that no memory can hold is not one that `finish` wrote.
        let room = self.bytes.try_reserve_exact(missing.max(ROOM));
        room.map_err(|_| Errno::BADMSG)?;
        let (count, _) = retry_on_intr(|| recv(&socket, spare_capacity(&mut self.bytes), flags))?;
        Ok(count)
    }

    /// The next frame, if all of it has arrived.
    pub fn next(&mut self) -> Option<Frame<'_>> {
        let length = self.length();
        let frame = self.bytes[self.start..].get(..length)?;
        self.start += length;
        let number = |at: usize| u64::from_le_bytes(frame[at..at + 8].try_into().expect("8 bytes"));
        Some(Frame {
            mark: number(8),
            task: number(16) as usize,
            count: number(24) as usize,
            bytes: &frame[HEADER..],
        })
    }

    /// Gives back the memory that a large frame took.
    pub fn shrink(&mut self) {
        self.bytes.shrink_to(ROOM);
    }

    /// How long the next frame is, as far as that is known.
    fn length(&self) -> usize {
        match self.bytes[self.start..].first_chunk::<LENGTH>() {
            Some(length) => (u64::from_le_bytes(*length) as usize)
                .saturating_add(LENGTH)
                .max(HEADER),
            None => HEADER,
        }
    }
}
