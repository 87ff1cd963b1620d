//! Frames: how values keep apart on a stream of bytes.
//!
//! A socket carries bytes and knows no boundaries: what was written at once can
//! arrive in several pieces, and what was written in several at once. So each
//! message goes out as a frame, which begins with its length:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | how many bytes follow |
//! | 8 | tag: what kind of message it is |
//! | 8 | the index of the (first) task that it is about |
//! | 8 | how many values follow |
//! | the rest | values, one after the other, as MessagePack |
//!
//! (Python's pipes do the same, with `pickle` for the values.)

use std::collections::TryReserveError;
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
pub fn begin(bytes: &mut Vec<u8>, tag: u64, task: usize, count: usize) -> usize {
    let start = bytes.len();
    for number in [0, tag, task as u64, count as u64] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    start
}

/// Adds a value to the frame at the end of `bytes`.
pub fn put<T: Serialize>(bytes: &mut Vec<u8>, value: &T) -> Result<(), String> {
    // Structs go out as maps from field to value: a struct without its skipped
    // fields would otherwise be read with the wrong ones.
    let mut serializer = Serializer::new(bytes).with_struct_map();
    value.serialize(&mut serializer).map_err(|error| error.to_string())
}

/// Ends the frame that begins at `start`.
pub fn finish(bytes: &mut [u8], start: usize) {
    let length = (bytes.len() - start - LENGTH) as u64;
    bytes[start..start + LENGTH].copy_from_slice(&length.to_le_bytes());
}

/// A frame that has arrived.
pub struct Frame<'a> {
    /// What kind of message it is.
    pub tag: u64,
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
        if self.bytes.len() == self.bytes.capacity() {
            self.bytes.reserve(ROOM);
        }
        let (count, _) = retry_on_intr(|| recv(&socket, spare_capacity(&mut self.bytes), flags))?;
        Ok(count)
    }

    /// The next frame, if all of it has arrived; otherwise there is room for it
    /// now.
    ///
    /// If no memory can hold it, that is an error: a length can be anything, if
    /// somebody else writes to the socket.
    pub fn next(&mut self) -> Result<Option<Frame<'_>>, TryReserveError> {
        let length = self.length();
        if self.bytes.len() - self.start < length {
            self.forget_old();
            self.bytes.try_reserve_exact((length - self.bytes.len()).max(ROOM))?;
            return Ok(None);
        }
        let frame = &self.bytes[self.start..self.start + length];
        self.start += length;
        let number = |at: usize| u64::from_le_bytes(frame[at..at + 8].try_into().expect("8 bytes"));
        Ok(Some(Frame {
            tag: number(8),
            task: number(16) as usize,
            count: number(24) as usize,
            bytes: &frame[HEADER..],
        }))
    }

    /// Gives back the memory that a large frame took.
    pub fn shrink(&mut self) {
        self.forget_old();
        self.bytes.shrink_to(ROOM);
    }

    fn forget_old(&mut self) {
        self.bytes.drain(..self.start);
        self.start = 0;
    }

    /// How long the next frame is, as far as that is known.
    fn length(&self) -> usize {
        match self.bytes[self.start..].first_chunk::<LENGTH>() {
            Some(length) => {
                (u64::from_le_bytes(*length) as usize).saturating_add(LENGTH).max(HEADER)
            }
            None => HEADER,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use rustix::net::{SendFlags, send};
    use serde_bytes::ByteBuf;

    use super::*;

    type Message = (u64, usize, Vec<(String, i64)>);

    fn messages() -> impl Strategy<Value = Vec<Message>> {
        vec((any::<u64>(), any::<usize>(), vec((".{0,30}", any::<i64>()), 0..6)), 0..5)
    }

    fn encode(messages: &[Message]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (tag, task, values) in messages {
            let start = begin(&mut bytes, *tag, *task, values.len());
            for value in values {
                put(&mut bytes, value).unwrap();
            }
            finish(&mut bytes, start);
        }
        bytes
    }

    fn decode(frame: &Frame<'_>) -> Message {
        let mut values = frame.values();
        let values = (0..frame.count).map(|_| values.take().unwrap()).collect();
        (frame.tag, frame.task, values)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        /// Wherever the stream is cut, the same frames arrive, each as soon as
        /// its last byte is there.
        #[test]
        fn frames_survive_every_cut(
            messages in messages(),
            lengths in vec(1..200_usize, 1..50),
        ) {
            let (ours, theirs) = UnixStream::pair().unwrap();
            let bytes = encode(&messages);
            let mut frames = Frames::default();
            let mut arrived = Vec::new();
            let (mut sent, mut lengths) = (0, lengths.into_iter().cycle());
            while sent < bytes.len() {
                let end = bytes.len().min(sent + lengths.next().unwrap());
                send(&theirs, &bytes[sent..end], SendFlags::empty()).unwrap();
                prop_assert_eq!(frames.receive(&ours, RecvFlags::empty()), Ok(end - sent));
                sent = end;
                while let Some(frame) = frames.next().unwrap() {
                    arrived.push(decode(&frame));
                }
                prop_assert_eq!(encode(&arrived).len() <= sent, true);
            }
            prop_assert_eq!(arrived, messages);
            drop(theirs);
            prop_assert_eq!(frames.receive(&ours, RecvFlags::empty()), Ok(0));
            prop_assert!(frames.next().unwrap().is_none());
        }

        /// Whatever arrives, nothing panics and nothing is read past its end.
        #[test]
        fn garbage_is_refused(bytes in vec(any::<u8>(), 0..200)) {
            let (ours, theirs) = UnixStream::pair().unwrap();
            send(&theirs, &bytes, SendFlags::empty()).unwrap();
            drop(theirs);
            let mut frames = Frames::default();
            while frames.receive(&ours, RecvFlags::empty()).is_ok_and(|count| count > 0) {
                while let Ok(Some(frame)) = frames.next() {
                    prop_assert!(frame.bytes.len() < bytes.len());
                    let _ = frame.values().take::<(String, i64)>();
                }
            }
        }
    }

    #[test]
    fn a_value_that_fills_the_socket_arrives() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let large = ByteBuf::from(vec![3; 3 << 20]);
        let mut bytes = Vec::new();
        let start = begin(&mut bytes, 1, 2, 1);
        put(&mut bytes, &large).unwrap();
        finish(&mut bytes, start);
        let mut frames = Frames::default();
        let mut sent = 0;
        let arrived = loop {
            if let Some(frame) = frames.next().unwrap() {
                break frame.values().take::<ByteBuf>().unwrap();
            }
            sent += send(&theirs, &bytes[sent..], SendFlags::DONTWAIT).unwrap_or(0);
            frames.receive(&ours, RecvFlags::empty()).unwrap();
        };
        assert_eq!(arrived, large);
    }
}
